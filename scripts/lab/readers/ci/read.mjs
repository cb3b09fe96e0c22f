// Reads files of CI systems for the tests: one JSON object in, one out.
//
// { "documents": [{ "text", "schema" }], "circleci": "text", "commands": ["##vso[…]…"] }
//   documents  as the package yaml reads them, those with a schema judged by that file
//   circleci   the steps of the first job, as CircleCI's own parser understands them
//   commands   as Azure Pipelines' own library reads what a step prints
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { parse } from 'yaml';

const require = createRequire(import.meta.url);
const asked = JSON.parse(readFileSync(0, 'utf8'));
const answer = {};

answer.documents = (asked.documents ?? []).map(({ text, schema }) => {
  const value = parse(text, { strict: true, uniqueKeys: true });
  if (!schema) return { value };
  const judge = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, logger: false });
  const fits = judge.compile(JSON.parse(readFileSync(schema, 'utf8')));
  return { value, faults: fits(value) ? [] : fits.errors.map((fault) => `${fault.instancePath} ${fault.message}`) };
});
if (asked.circleci) {
  const { parseConfig } = require('@circleci/circleci-config-parser');
  answer.circleci = parseConfig(asked.circleci).jobs[0].steps.map((step) => step.generate());
}
if (asked.commands) {
  const { commandFromString } = require('azure-pipelines-task-lib/taskcommand.js');
  answer.commands = asked.commands.map((line) => commandFromString(line));
}
process.stdout.write(JSON.stringify(answer));
