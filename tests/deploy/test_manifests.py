"""Compose and Kubernetes run every service and sequencer, and set only what can be set."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import make_url

from chassis.bus.host import carries_personal_data, deployables
from chassis.privacy import PersonalDataKey
from chassis.settings import reference

ROOT = Path(__file__).resolve().parents[2]
BASE = ROOT / "deploy" / "k8s" / "base"
EXAMPLE = ROOT / "deploy" / "k8s" / "overlays" / "example"

SERVICES = ("identity", "catalog", "voucher-ledger", "matching", "oversight")
PROCESSES = {
    **{name: ["serve", name] for name in (*SERVICES, "gateway")},
    **{f"{name}-sequencer": ["sequence", name] for name in SERVICES},
}
SETTINGS = {name for name, _, _ in reference()}
PREFIXES = tuple(name.upper().replace("-", "_") + "_" for name in (*SERVICES, "gateway"))

Document = dict[str, Any]


def documented(variable: str) -> bool:
    """Tell whether `variable` is a setting, perhaps with the prefix of a service."""
    bare = next((variable.removeprefix(p) for p in PREFIXES if variable.startswith(p)), variable)
    return bare in SETTINGS


def compose() -> Document:
    document: Document = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return document


def env_file(path: Path) -> dict[str, str]:
    lines = path.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def merged(document: Document, patch: Document) -> Document:
    """Merge as kustomize does: maps by key, lists of named things by name."""
    result = dict(document)
    for key, value in patch.items():
        old = result.get(key)
        if isinstance(value, dict) and isinstance(old, dict):
            result[key] = merged(old, value)
        elif isinstance(value, list) and isinstance(old, list):
            names = {entry["name"]: entry for entry in old}
            for entry in value:
                names[entry["name"]] = merged(names.get(entry["name"], {}), entry)
            result[key] = list(names.values())
        else:
            result[key] = value
    return result


def plain_documents() -> list[Document]:
    """Read the base as it is written and put its patches on, without kustomize."""
    kustomization = yaml.safe_load((BASE / "kustomization.yaml").read_text("utf-8"))
    documents = [
        document
        for name in kustomization["resources"]
        for document in yaml.safe_load_all((BASE / name).read_text("utf-8"))
    ]
    for entry in kustomization["patches"]:
        patch = yaml.safe_load((BASE / entry["path"]).read_text("utf-8"))
        roles = re.findall(r"[\w-]+", entry["target"].get("labelSelector", "").partition("role")[2])
        for i, document in enumerate(documents):
            role = document["metadata"].get("labels", {}).get("wanchuang/role")
            if document["kind"] == "Deployment" and (not roles or role in roles):
                documents[i] = merged(document, {"spec": patch["spec"]})
    return documents


def rendered(folder: Path) -> list[Document]:
    output = subprocess.run(
        ["kubectl", "kustomize", str(folder)], check=True, capture_output=True, text=True
    ).stdout
    return list(yaml.safe_load_all(output))


def deployments(documents: list[Document]) -> dict[str, Document]:
    return {d["metadata"]["name"]: d for d in documents if d["kind"] == "Deployment"}


def main_container(deployment: Document) -> Document:
    container: Document = deployment["spec"]["template"]["spec"]["containers"][0]
    return container


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """Copy the overlay beside the base and make its secrets, as its comment tells."""
    shutil.copytree(ROOT / "deploy" / "k8s", tmp_path / "k8s")
    folder = tmp_path / "k8s" / "overlays" / "example"
    subprocess.run(["sh", str(folder / "make-secrets.sh")], check=True, capture_output=True)
    return folder


@pytest.fixture(params=["plain", "base", "example"] if shutil.which("kubectl") else ["plain"])
def documents(request: pytest.FixtureRequest) -> list[Document]:
    """Give the documents as written and, where kubectl is installed, as it renders them."""
    if request.param == "plain":
        return plain_documents()
    example_folder: Path = request.getfixturevalue("example")
    return rendered(BASE if request.param == "base" else example_folder)


def test_compose_runs_every_process_and_checks_its_health() -> None:
    services = compose()["services"]
    for name, command in PROCESSES.items():
        assert services[name]["command"] == command
        assert "/health/ready" in services[name]["healthcheck"]["test"][-1]
        waits = services[name]["depends_on"]
        assert {entry["condition"] for entry in waits.values()} <= {
            "service_healthy",
            "service_completed_successfully",
        }
        if name != "gateway":
            assert waits["migrate"]["condition"] == "service_completed_successfully"
    assert services["migrate"]["command"] == ["migrate", "--all"]


def test_compose_sets_only_documented_settings() -> None:
    services = compose()["services"]
    ours = [name for name in services if services[name].get("image", "").startswith("wanchuang:")]
    assert {*PROCESSES, "migrate", "authorities"} == set(ours)
    unknown = {
        f"{name}: {variable}"
        for name in ours
        for variable in services[name].get("environment", {})
        if not documented(variable)
    }
    assert unknown == set()


def test_compose_holds_no_secret_but_named_development_defaults() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    for name, default in re.findall(r"\$\{(\w*(?:PASSWORD|KEY)\w*):-([^}]*)\}", text):
        readable = bytes.fromhex(default).decode() if name.endswith("KEY") else default
        assert "development" in readable, name
    assert not re.search(r"(PASSWORD|KEY|PASS): (?!\$\{)", text)


def test_the_supervisors_database_is_its_own() -> None:
    """Oversight's credentials are given to oversight alone, and it gets no other database."""
    services = compose()["services"]
    for name in PROCESSES:
        environment = services[name]["environment"]
        oversight = name.startswith("oversight")
        assert ("OVERSIGHT_DATABASE_URL" in environment) == oversight
        assert ("supervision" in services[name]["networks"]) == oversight
        assert not (oversight and "DATABASE_URL" in environment)
    for name, deployment in deployments(plain_documents()).items():
        secrets = {
            source["secretRef"]["name"]
            for source in main_container(deployment).get("envFrom", ())
            if "secretRef" in source
        }
        assert ("oversight" in secrets) == name.startswith("oversight")
        assert not {"oversight", "database"} <= secrets


def test_who_carries_personal_data_has_the_transit_key_and_identity_alone_the_master_key() -> None:
    services, found = compose()["services"], deployments(plain_documents())
    carrying = {name for name, each in deployables().items() if carries_personal_data(each)}
    assert carrying == {"gateway", "identity", "voucher-ledger"}
    for name in PROCESSES:
        environment = services[name]["environment"]
        sources = main_container(found[name]).get("envFrom", ())
        secrets = {source["secretRef"]["name"] for source in sources if "secretRef" in source}
        assert ("PERSONAL_DATA_TRANSIT_KEY" in environment) == (name in carrying)
        assert ("personal-data" in secrets) == (name in carrying)
        assert ("PERSONAL_DATA_KEY" in environment) == (name == "identity")
        remembers = name in carrying - {"gateway"}
        assert ("PERSONAL_DATA_LOOKUP_KEY" in environment) == remembers
        assert secrets & {"identity", "voucher-ledger"} == ({name} if remembers else set())
    looked_up = {
        services[name]["environment"].get("PERSONAL_DATA_LOOKUP_KEY") for name in PROCESSES
    }
    assert len(looked_up - {None}) == 2, "each has a key of its own"


def test_only_migrations_log_in_as_the_owner_of_the_tables() -> None:
    """Services and sequencers have logins that can only add to their logs."""
    services = compose()["services"]
    for name in (*PROCESSES, "migrate"):
        environment = services[name]["environment"]
        migrations = {variable for variable in environment if "MIGRATION_" in variable}
        assert bool(migrations) == (name == "migrate")
    environment = services["migrate"]["environment"]
    for variable in ("DATABASE_URL", "OVERSIGHT_DATABASE_URL"):
        prefix, _, _ = variable.rpartition("DATABASE_URL")
        owner = make_url(environment[f"{prefix}MIGRATION_{variable.removeprefix(prefix)}"])
        login = make_url(environment[variable])
        assert (login.host, login.database) == (owner.host, owner.database)
        assert login.username == login.database
        assert login.username != owner.username
    for deployment in deployments(plain_documents()).values():
        pod = deployment["spec"]["template"]["spec"]
        for container in (*pod["containers"], *pod.get("initContainers", ())):
            sources = (source.get("secretRef", {}) for source in container.get("envFrom", ()))
            owners = [source for source in sources if source.get("name", "").endswith("-owner")]
            assert len(owners) == (container["name"] == "migrate")


def test_kubernetes_runs_every_process_at_least_twice(documents: list[Document]) -> None:
    found = deployments(documents)
    assert set(found) == {*PROCESSES, "authorities"}
    for name, command in PROCESSES.items():
        assert main_container(found[name])["args"] == command
        assert found[name]["spec"]["replicas"] >= 2
    budgets = {d["metadata"]["name"] for d in documents if d["kind"] == "PodDisruptionBudget"}
    assert budgets == set(PROCESSES)


def test_each_service_migrates_its_own_tables_first(documents: list[Document]) -> None:
    found = deployments(documents)
    for name in SERVICES:
        (migration,) = found[name]["spec"]["template"]["spec"]["initContainers"]
        assert migration["args"] == ["migrate", name]


def test_kubernetes_sets_only_documented_settings() -> None:
    servers = {"rabbitmq.env", "postgres.env", "oversight-postgres.env"}
    files = [BASE / "settings.env", *(BASE / "secrets").glob("*.env")]
    unknown = {
        f"{path.name}: {variable}"
        for path in files
        if path.name not in servers
        for variable in env_file(path)
        if not documented(variable)
    }
    assert unknown == set()


def test_kubernetes_secrets_are_placeholders() -> None:
    for path in (BASE / "secrets").glob("*.env"):
        for variable, value in env_file(path).items():
            assert "REPLACE-ME" in value or variable == "RABBITMQ_DEFAULT_USER", path.name


def test_every_pod_is_confined_and_watched(documents: list[Document]) -> None:
    for name, deployment in deployments(documents).items():
        pod = deployment["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        assert {"readinessProbe", "livenessProbe"} <= set(main_container(deployment)), name
        for container in [*pod["containers"], *pod.get("initContainers", ())]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["limits"]["memory"]


def test_every_allowed_connection_is_named(documents: list[Document]) -> None:
    policies = [d for d in documents if d["kind"] == "NetworkPolicy"]
    deny = next(p for p in policies if p["metadata"]["name"] == "default-deny")
    assert deny["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    open_egress = [
        p["metadata"]["name"]
        for p in policies
        for rule in p["spec"].get("egress", ())
        if "to" not in rule or "ports" not in rule
    ]
    assert open_egress == []


def test_secrets_of_the_example_fit_together(example: Path) -> None:
    secrets = {path.stem: env_file(path) for path in (example / "secrets").glob("*.env")}
    assert set(secrets) == {path.stem for path in (BASE / "secrets").glob("*.env")}
    for name, values in secrets.items():
        assert set(values) == set(env_file(BASE / "secrets" / f"{name}.env"))
    owner = secrets["database-owner"]["MIGRATION_DATABASE_URL"]
    assert secrets["postgres"]["POSTGRES_PASSWORD"] in owner
    assert secrets["postgres"]["POSTGRES_PASSWORD"] not in secrets["database"]["DATABASE_URL"]
    assert secrets["rabbitmq"]["RABBITMQ_DEFAULT_PASS"] in secrets["bus"]["AMQP_URL"]
    supervisor = secrets["oversight-postgres"]["POSTGRES_PASSWORD"]
    assert supervisor in secrets["oversight-owner"]["OVERSIGHT_MIGRATION_DATABASE_URL"]
    assert supervisor not in secrets["oversight"]["OVERSIGHT_DATABASE_URL"]
    assert len(bytes.fromhex(secrets["identity"]["PERSONAL_DATA_KEY"])) == 32
    PersonalDataKey.load(
        secrets["identity"]["PERSONAL_DATA_KEY"],
        secrets["identity"]["PERSONAL_DATA_LOOKUP_KEY"],
        secrets["personal-data"]["PERSONAL_DATA_TRANSIT_KEY"],
    )
    again = subprocess.run(
        ["sh", str(example / "make-secrets.sh")], check=False, capture_output=True
    )
    assert again.returncode == 1, "existing secrets are never overwritten"
