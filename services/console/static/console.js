// The slider of days beside the date field: without this, the field and its button do the same.
"use strict";
const vietnamese = (year, month, day) => `${day}/${Number(month) < 3 ? month : Number(month)}/${year}`;
for (const form of document.querySelectorAll("form.asof")) {
  const field = form.querySelector("input[type=date]");
  const slide = form.querySelector(".slide");
  const range = slide.querySelector("input");
  const day = 86400000;
  const first = Date.parse(field.min);
  const text = (value) => new Date(first + value * day).toISOString().slice(0, 10);
  const said = (iso) => (range.dataset.lang === "vi" ? vietnamese(...iso.split("-")) : iso);
  range.max = String(Math.round((Date.parse(field.max) - first) / day));
  range.value = String(Math.round((Date.parse(field.value) - first) / day));
  const tell = () => range.setAttribute("aria-valuetext", said(text(Number(range.value))));
  tell();
  range.addEventListener("input", () => { field.value = text(Number(range.value)); tell(); });
  field.addEventListener("input", () => { if (field.value) { range.value = String((Date.parse(field.value) - first) / day); tell(); } });
  range.addEventListener("keydown", (event) => { if (event.key === "Enter") form.requestSubmit(); });
  range.addEventListener("pointerup", () => form.requestSubmit());
  slide.hidden = range.max === "0";
}

// Copying: without this the text can be marked and copied all the same.
for (const button of navigator.clipboard ? document.querySelectorAll("button[data-copy]") : []) {
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}
