// Asks the YAML language server of VS Code and Neovim what it would show of a file, as an editor does: over stdio, with
// the file's own text, and nothing from a network.
//
// usage: node ask.mjs   (standard input: {"root": DIR, "files": [{"path", "text", "at": {NAME: [LINE, COLUMN]}}]})
//
// Places are counted from 0. Prints for each file {"diagnostics": [{line, column, message}], "hover": {NAME: TEXT},
// "completion": {NAME: [LABEL]}}.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const asked = JSON.parse(readFileSync(0, "utf8"));
const manifest = createRequire(import.meta.url).resolve("yaml-language-server/package.json");
const program = join(dirname(manifest), JSON.parse(readFileSync(manifest, "utf8")).bin["yaml-language-server"]);
const server = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });

const waiting = new Map();
const published = new Map();
let received = Buffer.alloc(0);
let last = 0;

function send(message) {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function request(method, params) {
  send({ id: ++last, method, params });
  return new Promise((resolve, reject) => waiting.set(last, { resolve, reject }));
}

// The server asks the editor too: for its settings, and for what it does not know.
function answer({ id, method, params }) {
  const settings = { yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false } } };
  const of = (item) => (item.section === "yaml" ? settings.yaml : {});
  send({ id, result: method === "workspace/configuration" ? params.items.map(of) : null });
}

function take(message) {
  if (message.method && message.id !== undefined) return answer(message);
  if (message.method === "textDocument/publishDiagnostics") return published.get(message.params.uri)?.(message.params);
  const one = waiting.get(message.id);
  waiting.delete(message.id);
  if (message.error) one?.reject(new Error(message.error.message));
  else one?.resolve(message.result);
}

server.stdout.on("data", (chunk) => {
  received = Buffer.concat([received, chunk]);
  for (;;) {
    const end = received.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(received.subarray(0, end).toString())[1]);
    if (received.length < end + 4 + length) return;
    const body = received.subarray(end + 4, end + 4 + length).toString();
    received = received.subarray(end + 4 + length);
    take(JSON.parse(body));
  }
});
server.on("exit", (code) => {
  if (code) process.exit(3);
});

async function look({ path, text, at }) {
  const uri = pathToFileURL(join(asked.root, path)).href;
  const first = new Promise((resolve) => published.set(uri, resolve));
  send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "yaml", version: 1, text } } });
  const diagnostics = (await first).diagnostics.map(({ range, message }) => ({
    line: range.start.line,
    column: range.start.character,
    message,
  }));
  const hover = {};
  const completion = {};
  for (const [name, [line, character]] of Object.entries(at)) {
    const params = { textDocument: { uri }, position: { line, character } };
    const shown = (await request("textDocument/hover", params))?.contents;
    hover[name] = typeof shown === "string" ? shown : (shown?.value ?? "");
    const offered = await request("textDocument/completion", params);
    completion[name] = (offered?.items ?? offered ?? []).map((item) => item.label);
  }
  return { diagnostics, hover, completion };
}

const rootUri = pathToFileURL(asked.root).href;
await request("initialize", {
  processId: process.pid,
  rootUri,
  workspaceFolders: [{ uri: rootUri, name: "clone" }],
  capabilities: {
    workspace: { configuration: true },
    textDocument: { hover: { contentFormat: ["markdown"] }, completion: { completionItem: { snippetSupport: false } } },
  },
});
send({ method: "initialized", params: {} });
const answers = [];
for (const file of asked.files) answers.push(await look(file));
await request("shutdown", null);
send({ method: "exit" });
process.stdout.write(JSON.stringify(answers));
