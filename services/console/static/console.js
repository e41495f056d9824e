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

// Drafts: what is typed and not yet sent stays in this browser, for this person and form, until it is recorded.
const DRAFT = "draft:";
const typed = (box) => (box.type === "checkbox" || box.type === "radio" ? String(box.checked) : box.value);
const begun = (box) => {
  if (box.type === "checkbox" || box.type === "radio") return String(box.defaultChecked);
  if (box.tagName !== "SELECT") return box.defaultValue;
  const chosen = [...box.options].find((each) => each.defaultSelected) ?? box.options[0];
  return chosen ? chosen.value : "";
};
const called = (box) => (box.type === "checkbox" || box.type === "radio" ? `${box.name}=${box.value}` : box.name);
for (const form of document.querySelectorAll("form.act[data-draft]")) {
  const key = DRAFT + form.dataset.draft;
  const boxes = [...form.elements].filter((box) => box.name && /^(TEXTAREA|SELECT|INPUT)$/.test(box.tagName) && !/^(hidden|file|submit)$/.test(box.type));
  const notice = form.querySelector("[data-kept]");
  const keep = () => {
    const said = boxes.filter((box) => typed(box) !== begun(box)).map((box) => [called(box), typed(box)]);
    if (said.length) localStorage.setItem(key, JSON.stringify(said)); else localStorage.removeItem(key);
  };
  const kept = new Map(JSON.parse(localStorage.getItem(key) ?? "[]"));
  if (form.dataset.begins === "yes" && kept.size) {
    for (const box of boxes.filter((each) => kept.has(called(each)))) {
      if (box.type === "checkbox" || box.type === "radio") box.checked = kept.get(called(box)) === "true"; else box.value = kept.get(called(box));
    }
    notice.hidden = false;
  }
  notice.querySelector("button").addEventListener("click", () => { localStorage.removeItem(key); location.assign(location.href); });
  form.addEventListener("input", keep);
  form.addEventListener("submit", () => sessionStorage.setItem("sent", key));
}
if (document.querySelector("[data-recorded]")) localStorage.removeItem(sessionStorage.getItem("sent") ?? "");
for (const form of document.querySelectorAll("form[action$='/sign-out']")) {
  form.addEventListener("submit", () => Object.keys(localStorage).filter((key) => key.startsWith(DRAFT)).forEach((key) => localStorage.removeItem(key)));
}
