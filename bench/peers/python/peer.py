"""The measures of bench/peers with the official Python client. See ../README.md for what is printed.

It has no informer: what stands here is what its users write, a list into a dictionary and a watch from there.
"""

import gc
import sys
import threading
import time

from kubernetes import client, config, watch

PODS = 10_000


def told(what: str, start: float) -> None:
    print(what, (time.perf_counter() - start) * 1000, processor(), flush=True)


def processor() -> float:
    """The milliseconds of processor time since the start of the process."""
    return time.process_time() * 1000


def list_once(api: client.CoreV1Api) -> None:
    start, cpu = time.perf_counter(), processor()
    pods = api.list_pod_for_all_namespaces()
    assert len(pods.items) == PODS
    print("list", (time.perf_counter() - start) * 1000, processor() - cpu, flush=True)


def synced(api: client.CoreV1Api) -> tuple[dict, str]:
    pods = api.list_pod_for_all_namespaces()
    store = {(p.metadata.namespace, p.metadata.name): p for p in pods.items}
    assert len(store) == PODS
    return store, pods.metadata.resource_version


def changes(api: client.CoreV1Api) -> None:
    start = time.perf_counter()
    store, version = synced(api)
    told("synced", start)

    def follow() -> None:
        seen = 0
        for event in watch.Watch().stream(api.list_pod_for_all_namespaces, resource_version=version):
            pod = event["object"]
            key = (pod.metadata.namespace, pod.metadata.name)
            if event["type"] == "DELETED":
                store.pop(key, None)
            else:
                store[key] = pod
            seen += 1
            if pod.metadata.resource_version.endswith("999999"):
                print("changed", seen, processor(), 0, flush=True)

    threading.Thread(target=follow, daemon=True).start()
    sys.stdin.readline()
    gc.collect()
    print("collected", 0, processor(), 0, flush=True)
    sys.stdin.readline()


def main() -> None:
    mode, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    if mode == "first":
        config.load_incluster_config()
    else:
        config.load_kube_config()
    api = client.CoreV1Api()
    match mode:
        case "first":
            pods = api.list_pod_for_all_namespaces()
            print(f"{len(pods.items)} pods at version {pods.metadata.resource_version}")
        case "list":
            for _ in range(runs):
                list_once(api)
        case "sync":
            for _ in range(runs):
                start = time.perf_counter()
                synced(api)
                told("synced", start)
        case "informer":
            changes(api)


main()
