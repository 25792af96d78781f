// The measures of bench/peers with the official JavaScript client. See ../README.md for what is printed.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { CoreV1Api, KubeConfig, makeInformer } from '@kubernetes/client-node';

const pods = 10000;
const [mode, runs] = [process.argv[2], Number(process.argv[3] ?? 0)];
const config = new KubeConfig();
if (mode === 'first') config.loadFromCluster();
else {
  config.loadFromDefault();
  config.clusters[0].skipTLSVerify = true; // The server of this bench has no TLS, which the client refuses otherwise.
}
const api = config.makeApiClient(CoreV1Api);

switch (mode) {
  case 'first': {
    const list = await api.listPodForAllNamespaces();
    console.log(`${list.items.length} pods at version ${list.metadata.resourceVersion}`);
    break;
  }
  case 'list':
    for (let i = 0; i < runs; i++) await list();
    break;
  case 'sync':
    for (let i = 0; i < runs; i++) {
      const start = performance.now();
      const informer = await synced();
      told('synced', start);
      await informer.stop();
    }
    process.exit(0);
  case 'informer':
    await changes();
    process.exit(0);
}

async function list() {
  const [start, cpu] = [performance.now(), processor()];
  const list = await api.listPodForAllNamespaces();
  if (list.items.length !== pods) throw new Error(`${list.items.length} pods came`);
  console.log(`list ${performance.now() - start} ${processor() - cpu}`);
}

// The promise of start() is kept when the list is in the store and the watch has been asked for.
async function synced(updated) {
  const informer = makeInformer(config, '/api/v1/pods', () => api.listPodForAllNamespaces());
  informer.on('error', (e) => { if (e.name !== 'AbortError') throw e; });
  if (updated) informer.on('update', updated);
  await informer.start();
  if (informer.list().length !== pods) throw new Error(`${informer.list().length} pods came`);
  return informer;
}

async function changes() {
  const lines = createInterface({ input: process.stdin });
  let seen = 0;
  const start = performance.now();
  const informer = await synced((pod) => {
    seen++;
    if (pod.metadata.resourceVersion.endsWith('999999')) console.log(`changed ${seen} ${processor()} 0`);
  });
  told('synced', start);
  await once(lines, 'line');
  globalThis.gc();
  console.log(`collected 0 ${processor()} 0`);
  await once(lines, 'line');
  await informer.stop();
}

function told(what, start) {
  console.log(`${what} ${performance.now() - start} ${processor()}`);
}

// The milliseconds of processor time since the start of the process.
function processor() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
