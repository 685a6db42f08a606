// On a Node below 22 the native database driver crashes the process without a word. This file imports nothing that
// could reach it before the version has been looked at.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `aisecops: Node 24 or newer is needed, this is ${process.versions.node}. "npm start" brings its own on Linux x64.\n`,
  );
  process.exit(78);
}
const { start } = await import('./start.ts');
await start();

export {};
