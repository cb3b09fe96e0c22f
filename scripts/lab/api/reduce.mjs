// Takes the operations that goenv-ci uses out of GitHub's published description, unchanged and
// with all that they refer to: the whole one keeps the mock busy for minutes.
//
// usage: node reduce.mjs WHOLE.json REDUCED.json
import { readFileSync, writeFileSync } from 'node:fs';

const operations = [
  'get /user',
  'get /repos/{owner}/{repo}/actions/runs/{run_id}',
  'get /repos/{owner}/{repo}/actions/runs/{run_id}/jobs',
  'get /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts',
  'get /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}',
  'get /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs',
  'get /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
  'get /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'post /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'patch /repos/{owner}/{repo}/issues/comments/{comment_id}',
  'post /repos/{owner}/{repo}/check-runs',
  'patch /repos/{owner}/{repo}/check-runs/{check_run_id}',
];

// Their examples break their own schemas, which prism takes for a failing server.
const untrue = [
  'get /repos/{owner}/{repo}/actions/runs/{run_id}/jobs',
  'get /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
];

const [from, to] = process.argv.slice(2);
const whole = JSON.parse(readFileSync(from, 'utf8'));
const paths = {};
const components = {};

function keep(value) {
  if (Array.isArray(value)) return value.forEach(keep);
  if (value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) {
    if (key !== '$ref' || typeof inner !== 'string') {
      keep(inner);
      continue;
    }
    const [, , kind, name] = inner.split('/');
    const found = whole.components?.[kind]?.[name];
    if (!inner.startsWith('#/components/') || found === undefined) throw new Error(`no ${inner}`);
    if (components[kind]?.[name] === undefined) {
      (components[kind] ??= {})[name] = found;
      keep(found);
    }
  }
}

for (const operation of operations) {
  const [method, path] = operation.split(' ');
  const { [method]: found, parameters } = whole.paths[path] ?? {};
  if (found === undefined) throw new Error(`the description has no ${operation}`);
  if (untrue.includes(operation)) delete found.responses['200'].content['application/json'].examples;
  (paths[path] ??= parameters ? { parameters } : {})[method] = found;
}
keep(paths);
// A number in a path is text too, so that `oneOf` of the two never holds.
const workflow = components.parameters['workflow-id'].schema;
if (workflow.oneOf) [workflow.anyOf, workflow.oneOf] = [workflow.oneOf, undefined];
// The path of the server's address counts for the mock too: /api/v3 of an enterprise server stays out.
writeFileSync(to, JSON.stringify({ openapi: whole.openapi, info: whole.info, paths, components }));
