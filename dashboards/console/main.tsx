import { render } from 'preact';
import { App } from './app.tsx';
import { loaded } from './loaded.ts';
import { pageAt } from './pages.ts';

// What draws the page is fetched beside the question who looks, not after its answer. The page itself says if it fails.
const at = pageAt(location.pathname);
if (at) loaded[at.name]().catch(() => undefined);

const root = document.getElementById('console');
if (root) render(<App />, root);
