"""What `kubectl kustomize` makes of a directory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

Resource = dict[str, Any]
KUBECTL = Path(sys.executable).parent / "kubectl"


def rendered(directory: Path) -> list[Resource]:
    """Every resource of a kustomization, as `kubectl apply --kustomize` would send it."""
    made = subprocess.run(
        [KUBECTL, "kustomize", directory], capture_output=True, text=True, check=False, timeout=60
    )
    assert made.returncode == 0, made.stderr
    return [each for each in yaml.safe_load_all(made.stdout) if each]


def of_kind(resources: list[Resource], *kinds: str) -> dict[str, Resource]:
    """By name, those of a kind."""
    return {each["metadata"]["name"]: each for each in resources if each["kind"] in kinds}


def pod(resource: Resource) -> Resource:
    """The specification of the pods that a resource makes."""
    spec = resource["spec"]
    if "jobTemplate" in spec:
        spec = spec["jobTemplate"]["spec"]
    return spec["template"]["spec"]


def labels(resource: Resource) -> dict[str, str]:
    """The labels of the pods that a resource makes."""
    return resource["spec"]["template"]["metadata"]["labels"]
