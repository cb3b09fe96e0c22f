// Runs the releases of setup-go themselves, as their tags hold them, against a small cache service, and prints what each
// of them asked for and exported, as src/actions/measured/setup-go.json has it. Linux only: it plays a runner there.
//
// usage: node setup_go.mjs GIT_DIR TOOL_CACHE HOME      (a clone with all tags; Go 1.21.13 to 1.23.9 of scripts/lab.sh;
//        HOME: a directory that is made for this and then deleted, /home/runner for what hosted runners have)
import { startService } from './service.mjs';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const [clone, toolCache, home] = process.argv.slice(2);
if (!home || existsSync(home)) {
  console.error(home ? `${home} is there already` : 'usage: node setup_go.mjs GIT_DIR TOOL_CACHE HOME');
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), 'setup-go-'));
process.on('exit', () => [scratch, home].forEach(dir => rmSync(dir, { recursive: true, force: true })));

// A Go that a toolchain line asks for is looked for under this name on PATH before it is downloaded.
const named = join(scratch, 'named');
mkdirSync(named);
symlinkSync(join(toolCache, 'go', '1.22.10', 'x64', 'bin', 'go'), join(named, 'go1.22.10'));

const mod = { 'go.mod': 'module m\n\ngo 1.21.13\n\ntoolchain go1.22.10\n' };
const sum = { 'go.sum': 'a v1.0.0 h1:x\n' };
const wanted = { 'go-version': '1.22.10' };
const cached = { ...wanted, cache: 'true' };
const scenes = {
  'as it is': { files: { ...mod, ...sum }, inputs: wanted },
  'with cache': { files: { ...mod, ...sum }, inputs: cached },
  'without go.sum': { files: mod, inputs: cached },
  'without go.mod': { files: sum, inputs: cached },
  'nested key file': { files: { 'sub/go.sum': sum['go.sum'] }, inputs: { ...cached, 'cache-dependency-path': '**/go.sum' } },
  'key file outside': { files: { ...mod, ...sum, '../outside.sum': '' }, inputs: { ...cached, 'cache-dependency-path': '../outside.sum' } },
  'directory moved': { files: { ...mod, ...sum }, inputs: cached, later: { GOCACHE: join(home, 'moved') } },
  'version file': { files: { ...mod, ...sum }, inputs: { 'go-version-file': 'go.mod', cache: 'true' }, path_go: '1.23.9' },
  'no version': { files: { ...mod, ...sum }, inputs: { cache: 'true' }, path_go: '1.23.9' },
  'empty cache': { files: { ...mod, ...sum }, inputs: { ...wanted, cache: '' } },
};

const git = (...args) => execFileSync('git', [`--git-dir=${clone}`, ...args], { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });

function unpack(tag, dir) {
  mkdirSync(dir, { recursive: true });
  execFileSync('tar', ['-x', '-C', dir], { input: git('archive', tag, 'action.yml', 'dist', 'matchers.json') });
}

// Of action.yml what a runner takes from it: programs, and defaults that are no expressions.
function definition(dir) {
  const text = readFileSync(join(dir, 'action.yml'), 'utf8');
  const of = key => text.match(new RegExp(`^  ${key}: ['"]?([^'"\\n]+)`, 'm'))?.[1];
  const inputs = text.match(/^inputs:[^\n]*\n((?:  .*\n|\s*\n)*)/m)[1].split(/^  (?=\S)/m).filter(one => one.trim());
  const defaults = inputs.map(one => [one.match(/^[\w-]+/)[0], one.match(/^ +default: ['"]?([^'"\n$]*)/m)?.[1] ?? '']);
  return { main: of('main'), post: of('post'), defaults: Object.fromEntries(defaults) };
}

function node(script, env) {
  return new Promise(done => {
    execFile(process.execPath, [script], { env, cwd: env.GITHUB_WORKSPACE }, (error, stdout, stderr) =>
      done({ code: error ? (error.code ?? 1) : 0, said: stdout + stderr }));
  });
}

// Records of GITHUB_ENV and the like: `NAME<<MARK`, value, MARK.
function records(file) {
  const found = {};
  for (const [, name, , value] of readFileSync(file, 'utf8').matchAll(/^(.+?)<<(.+)\n([\s\S]*?)\n\2$/gm)) found[name] = value;
  return found;
}

function stage({ files, inputs, path_go }, { defaults }, service) {
  const workspace = join(scratch, 'work', 'workspace');
  [join(scratch, 'work'), home].forEach(dir => rmSync(dir, { recursive: true, force: true }));
  [workspace, home, join(scratch, 'work', 'temp')].forEach(dir => mkdirSync(dir, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, name)), { recursive: true });
    writeFileSync(join(workspace, name), content);
  }
  const env = {
    ...service.variables,
    PATH: [path_go && join(toolCache, 'go', path_go, 'x64', 'bin'), named, '/usr/bin', '/bin'].filter(Boolean).join(':'),
    HOME: home, GITHUB_WORKSPACE: workspace, RUNNER_TEMP: join(scratch, 'work', 'temp'), RUNNER_TOOL_CACHE: toolCache,
    AGENT_TOOLSDIRECTORY: toolCache, RUNNER_OS: 'Linux', RUNNER_ARCH: 'X64', ImageOS: 'ubuntu24', GITHUB_REF: 'refs/heads/main', GOENV: 'off',
    GOPROXY: 'off',
  };
  for (const name of ['ENV', 'PATH', 'OUTPUT', 'STATE']) writeFileSync((env[`GITHUB_${name}`] = join(scratch, 'work', name)), '');
  for (const [name, value] of Object.entries({ ...defaults, ...inputs })) env[`INPUT_${name.toUpperCase()}`] = value;
  return env;
}

async function play(tag, dir, scene, service) {
  const action = definition(dir);
  const env = stage(scenes[scene], action, service);
  service.forget();
  service.asked();
  const main = await node(join(dir, action.main), env);
  const [restored] = service.asked();
  const exports = records(env.GITHUB_ENV);
  const path = readFileSync(env.GITHUB_PATH, 'utf8').split('\n').filter(Boolean);
  let stored;
  if (action.post && main.code === 0) {
    const states = [...main.said.matchAll(/^::save-state name=(.+?)::(.*)$/gm)].map(([, name, value]) => [name, value]);
    states.push(...Object.entries(records(env.GITHUB_STATE)));
    const state = Object.fromEntries(states.map(([name, value]) => [`STATE_${name}`, value]));
    const later = { ...env, ...exports, ...scenes[scene].later, ...state, PATH: [...path].reverse().concat(env.PATH).join(':') };
    for (const of of ['GOMODCACHE', 'GOCACHE']) {
      const asked = execFileSync('go', ['env', of], { env: later }).toString().trim();
      mkdirSync(asked, { recursive: true });
      writeFileSync(join(asked, 'file'), of);
    }
    await node(join(dir, action.post), later);
    [stored] = service.asked();
  }
  const entry = one => one && { protocol: one.protocol, key: one.keys[0], version: one.version };
  if (process.env.SHOW) console.error(`== ${tag}, ${scene}\n${main.said}`);
  return {
    tag, scene,
    fails: main.code !== 0,
    // Which runners refuse since 2020, unless ACTIONS_ALLOW_UNSECURE_COMMANDS has them take it.
    by_command: /^::(set-env|add-path)\b/m.test(main.said),
    wanted: main.said.match(/version spec (\S*)/)?.[1] ?? '',
    restore: entry(restored) ?? null,
    save: entry(stored) ?? null,
    gotoolchain: exports.GOTOOLCHAIN ?? null,
    goroot: 'GOROOT' in exports,
    gopath_bin: path.includes(join(home, 'go', 'bin')),
  };
}

const service = await startService();
const rows = [];
const tags = git('tag', '--list', '--sort=v:refname').toString().split('\n').filter(tag => /^v([2-9]|\d\d+)\.\d+\.\d+$/.test(tag));
for (const tag of process.env.TAGS ? process.env.TAGS.split(' ') : tags) {
  const dir = join(scratch, 'actions', tag);
  try {
    unpack(tag, dir);
  } catch {
    console.error(`${tag}: not run: the clone lacks some of its files`);
    continue;
  }
  for (const scene of Object.keys(scenes)) rows.push(JSON.stringify(await play(tag, dir, scene, service)));
  rmSync(dir, { recursive: true });
}
await service.stop();
console.log(`[\n  ${rows.join(',\n  ')}\n]`);
