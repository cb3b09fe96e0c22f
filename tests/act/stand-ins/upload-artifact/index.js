// Uploads every file below the input `path` as one artifact; fails when there is none.
const { DefaultArtifactClient } = require('@actions/artifact');
const fs = require('fs');
const path = require('path');

const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] || '').trim();

async function main() {
  const name = input('name');
  const folder = input('path');
  if (!name || !folder) throw new Error(`input required and not supplied: name \`${name}\`, path \`${folder}\``);
  if (input('if-no-files-found') !== 'error') throw new Error('if-no-files-found must be `error`');
  const files = fs.existsSync(folder)
    ? fs.readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.path, entry.name))
    : [];
  if (files.length === 0) throw new Error(`no files were found with the provided path: ${folder}`);
  const { id, size } = await new DefaultArtifactClient().uploadArtifact(name, files, folder);
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = process.env;
  const url = `${server}/${repository}/actions/runs/${run}/artifacts/${id}`;
  fs.appendFileSync(process.env.GITHUB_OUTPUT, `artifact-id=${id}\nartifact-url=${url}\n`);
  console.log(`uploaded ${files.length} files as ${name}: id ${id}, ${size} bytes`);
}

main().catch((error) => {
  console.log(`::error::${error.message}`);
  process.exitCode = 1;
});
