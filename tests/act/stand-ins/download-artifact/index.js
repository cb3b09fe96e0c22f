// Downloads every artifact of the run whose name begins as the input `pattern` says; none is no error.
const { DefaultArtifactClient } = require('@actions/artifact');
const path = require('path');

const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] || '').trim();

async function main() {
  const pattern = input('pattern');
  if (!/^[\w.-]+\*$/.test(pattern)) throw new Error(`only a beginning and \`*\` is understood: \`${pattern}\``);
  const client = new DefaultArtifactClient();
  const { artifacts } = await client.listArtifacts({ latest: true });
  const wanted = artifacts.filter(({ name }) => name.startsWith(pattern.slice(0, -1)));
  for (const { id, name } of wanted) {
    await client.downloadArtifact(id, { path: path.join(path.resolve(input('path')), name) });
  }
  console.log(`downloaded ${wanted.length} artifacts: ${wanted.map(({ name }) => name).join(', ')}`);
}

main().catch((error) => {
  console.log(`::error::${error.message}`);
  process.exitCode = 1;
});
