// Runs the libraries that setup-go and actions/cache are built with against a small cache service, and prints what each
// of them asked for, as src/actions/measured/libraries.json has it.
//
// usage: node measure.mjs      (beside it the node_modules of package.json)
import { startService } from './service.mjs';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const libraries = ['cache-3', 'cache-4', 'cache-5', 'cache-6'];
const unix = ['/home/runner/go/pkg/mod', '/home/runner/.cache/go-build'];
const windows = ['C:\\Users\\runneradmin\\go\\pkg\\mod', 'C:\\Users\\runneradmin\\AppData\\Local\\go-build'];
const home = ['~/go/pkg/mod', '~/.cache/go-build'];
const row = (platform, paths, rest) => ({ platform, paths, zstd: true, cross_os: false, saves: false, ...rest });
const rows = [
  row('linux', unix),
  row('linux', [...unix].reverse()),
  row('linux', unix.slice(1)),
  row('linux', unix, { zstd: false }),
  row('linux', unix, { cross_os: true }),
  row('darwin', ['/Users/runner/go/pkg/mod', '/Users/runner/Library/Caches/go-build']),
  row('win32', windows),
  row('win32', windows, { cross_os: true }),
  row('win32', windows, { zstd: false }),
  row('linux', ['/home/rünner/go mod|x', '**/node_modules', '!~/a']),
  row('linux', home, { saves: true }),
  row('linux', home, { saves: true, zstd: false }),
];
const keys = ['a'.repeat(512), 'a'.repeat(513), '\u{1f600}'.repeat(256), '\u{1f600}'.repeat(257), 'a,b', ' a '];
const modes = ['none', 'read', 'write', 'write-only', 'READ', 'other'];
const files = [[], ['module m\n'], ['module m\n', 'a b\n'], ['a b\r\n'], ['']];

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'cache-')));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const real = process.platform;

// The library packs with the programs that it finds: these stand for zstd, which a machine may lack.
function programs() {
  const [bare, packing] = ['bare', 'packing'].map(name => join(scratch, name));
  for (const dir of [bare, packing]) {
    mkdirSync(dir);
    for (const name of ['tar', 'gzip', 'sh', 'cat']) {
      const found = process.env.PATH.split(delimiter).map(one => join(one, name)).find(exists);
      if (found) symlinkSync(found, join(dir, name));
    }
  }
  for (const [name, script] of [['zstd', 'echo "*** Zstandard CLI (64-bit) v1.5.7 ***"'], ['zstdmt', 'exec cat'], ['unzstd', 'exec cat']]) {
    writeFileSync(join(packing, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(packing, name), 0o755);
  }
  return { bare, packing };
}

function exists(path) {
  try {
    return Boolean(realpathSync(path));
  } catch {
    return false;
  }
}

// Windows is believed by the sum alone: everything else does its real work on this machine.
function pretend(platform) {
  const get = () => (platform !== real && /getCacheVersion/.test(new Error().stack) ? platform : real);
  Object.defineProperty(process, 'platform', { get, configurable: true });
}

// Not by `import`: newer ones do not export it.
function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;
}

async function measureLibrary(name, service, path) {
  const { restoreCache, saveCache } = await import(name);
  const library = versionOf(name);
  const measured = [];
  for (const [at, { platform, paths, zstd, cross_os, saves }] of rows.entries()) {
    process.env.PATH = zstd ? path.packing : path.bare;
    pretend(platform);
    service.forget();
    service.asked();
    const key = `key-${at}`;
    // A copy each: some libraries write into the list that they get.
    const hits = [await restoreCache([...paths], key, ['key'], {}, cross_os)];
    if (saves) {
      await saveCache([...paths], key, {}, cross_os);
      hits.push(await restoreCache([...paths], key, [], {}, cross_os));
    }
    const asked = service.asked();
    const expected = saves ? ['restore', 'save', 'restore'] : ['restore'];
    if (asked.map(one => one.what).join() !== expected.join() || hits.at(-1) !== (saves ? key : undefined)) {
      throw new Error(`${name} row ${at}: ${JSON.stringify({ asked, hits })}`);
    }
    const versions = [...new Set(asked.map(one => one.version))];
    measured.push({ library, protocol: asked[0].protocol, platform, paths, zstd, cross_os, saves, versions });
  }
  pretend(real);
  return measured;
}

// Which keys are taken, and what ACTIONS_CACHE_MODE changes.
async function measureRules(name, service) {
  const { restoreCache, saveCache } = await import(name);
  const library = versionOf(name);
  const refused = [];
  for (const key of keys) {
    const refusal = await restoreCache(['a'], key).catch(error => error);
    if (refusal && refusal.name !== 'ValidationError') throw refusal;
    refused.push({ library, key, refused: Boolean(refusal) });
  }
  const obeyed = [];
  for (const mode of modes) {
    process.env.ACTIONS_CACHE_MODE = mode;
    service.asked();
    await restoreCache([...home], 'mode');
    await saveCache([...home], 'mode').catch(() => undefined);
    const what = service.asked().map(one => one.what);
    obeyed.push({ library, mode, restores: what.includes('restore'), saves: what.includes('save') });
  }
  delete process.env.ACTIONS_CACHE_MODE;
  return { refused, obeyed };
}

async function measureGlob() {
  const { hashFiles } = await import('@actions/glob');
  const workspace = join(scratch, 'workspace');
  process.env.GITHUB_WORKSPACE = workspace;
  const measured = [];
  for (const contents of files) {
    rmSync(workspace, { recursive: true, force: true });
    mkdirSync(workspace);
    contents.forEach((content, at) => writeFileSync(join(workspace, `${at}.sum`), content));
    measured.push({ contents, hash: await hashFiles(join(workspace, '*.sum')) });
  }
  return measured;
}

async function main() {
  const service = await startService();
  const path = programs();
  Object.assign(process.env, service.variables, { HOME: join(scratch, 'home'), RUNNER_TEMP: join(scratch, 'temp'), GITHUB_WORKSPACE: scratch });
  delete process.env.RUNNER_DEBUG;
  for (const dir of home) {
    mkdirSync(join(process.env.HOME, dir.slice(2)), { recursive: true });
    writeFileSync(join(process.env.HOME, dir.slice(2), 'file'), dir);
  }
  // What the libraries tell the runner is of no interest here.
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true;
  const measured = { libraries: [], keys: [], modes: [], hash_files: [] };
  try {
    for (const name of libraries) {
      measured.libraries.push(...(await measureLibrary(name, service, path)));
      const { refused, obeyed } = await measureRules(name, service);
      measured.keys.push(...refused);
      measured.modes.push(...obeyed);
    }
    measured.hash_files = await measureGlob();
  } finally {
    process.stdout.write = write;
    await service.stop();
  }
  const list = ([name, all]) => `  "${name}": [\n${all.map(one => `    ${JSON.stringify(one)}`).join(',\n')}\n  ]`;
  write(`{\n${Object.entries(measured).map(list).join(',\n')}\n}\n`);
}

await main();
