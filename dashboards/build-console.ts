/** `npm run console`: builds the console into `dashboards/console/built`, which is committed and served by the API. */
import { join } from 'node:path';
import { build } from 'vite';

const source = join(import.meta.dirname, 'console');

/** Builds the console into a folder. File names do not change with what is in them, so that a change shows as one. */
export async function buildConsole(into: string): Promise<void> {
  await build({
    configFile: false,
    root: source,
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: into,
      emptyOutDir: true,
      target: 'es2023',
      modulePreload: { polyfill: false },
      // Nothing is put into the page itself: its policy forbids that.
      assetsInlineLimit: 0,
      cssCodeSplit: false,
      rolldownOptions: {
        output: {
          entryFileNames: 'assets/console.js',
          chunkFileNames: 'assets/[name].js',
          assetFileNames: 'assets/[name][extname]',
        },
      },
    },
  });
}

if (import.meta.main) await buildConsole(join(source, 'built'));
