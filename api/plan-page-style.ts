import { Markup } from './markup.ts';

/** How a plan looks on screen and on A4: light, two colours, and nothing that is said by colour alone. */
export const planStyle = new Markup(`
@page { size: A4; margin: 8mm 10mm; }
* { box-sizing: border-box; }
body { margin: 0; font: 7.9pt/1.24 Arial, 'Liberation Sans', Helvetica, sans-serif; color: #222; background: #fff; }
.page { width: 190mm; margin: 0 auto; break-after: page; }
.page:last-child { break-after: auto; }
header { display: flex; justify-content: space-between; align-items: baseline; border-bottom: 0.6mm solid #005eb8; }
h1 { font-size: 15pt; margin: 0 0 0.6mm; color: #003087; }
header p { margin: 0; }
h2 { font-size: 9.2pt; margin: 1.7mm 0 0.6mm; white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis; color: #003087; break-after: avoid; }
h3 { font-size: 8pt; margin: 0 0 0.6mm; }
p { margin: 0; }
.headline { margin: 1.4mm 0 0; padding: 0 0 0 4mm; font-size: 8.2pt; }
figure { margin: 0; text-align: center; }
figure svg { width: 100%; height: auto; }
.way { display: grid; grid-template-columns: 90mm 1fr; gap: 2mm; align-items: start; }
.way th, .way td { font-size: 7.4pt; padding: 0.25mm 0.6mm; }
.date { white-space: nowrap; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 0.24mm 0.9mm; border-bottom: 0.15mm solid #ccc; }
th { font-weight: bold; border-bottom: 0.3mm solid #222; vertical-align: bottom; }
td, th { font-size: 7.4pt; }
.lines { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
.n { text-align: right; white-space: nowrap; }
th.n { white-space: normal; }
.none { color: #595959; }
.why, .note { font-size: 7.4pt; color: #444; }
.steps { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1.6mm; }
.step { border: 0.3mm solid #888; border-top-width: 1.4mm; padding: 0.6mm 1.2mm; }
.step.done { border-top-color: #009e73; }
.step.under_way { border-top-color: #0072b2; }
.step.planned { border-top-color: #56b4e9; }
.step.contradicted { border-top-color: #d55e00; }
.state { font-weight: bold; }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 4mm; align-items: start; }
.facts th, .facts td { padding: 0.2mm 0.8mm; }
.saved td:first-child { width: 34%; }
.saved .why { width: 20%; }
ol { margin: 0; padding: 0 0 0 5mm; }
tr, .step, figure, li { break-inside: avoid; }
footer { margin-top: 1.6mm; padding-top: 0.8mm; border-top: 0.3mm solid #888; font-size: 7.2pt; color: #444; }
@media screen { .page { padding: 8mm 0; } }
`);
