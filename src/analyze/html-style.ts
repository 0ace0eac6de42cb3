/** Colors follow the reader's choice of light or dark. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1c2230; --faint: #6b7385; --line: #dfe3ea; --page: #fff; --card: #f6f7f9;
  --good: #1a7f4b; --fair: #9a6700; --bad: #c0312b; --curve: #2f6fde; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9f0; --faint: #98a1b3; --line: #2d3442; --page: #14181f;
  --card: #1b202a; --good: #4cc38a; --fair: #e2b340; --bad: #ff7b72; --curve: #6ea8fe; } }
body { margin: 0 auto; max-width: 1380px; padding: 24px; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
header { border-left: 6px solid var(--bad); padding: 4px 18px; background: var(--card); border-radius: 4px; }
header.ok { border-color: var(--good); }
h1 { margin: 6px 0 0; font-size: 28px; } h2 { margin: 32px 0 0; font-size: 20px; word-break: break-all; }
h3 { margin: 0; font-size: 15px; } header p { margin: 4px 0; } .scroll { overflow: auto; max-height: 60vh; }
table { border-collapse: collapse; font-size: 13px; white-space: nowrap; }
th, td { padding: 3px 8px; text-align: left; border-bottom: 1px solid var(--line); }
th { color: var(--faint); font-weight: 600; } .number { text-align: right; font-variant-numeric: tabular-nums; }
tr.good td.mos, h3.good { color: var(--good); } tr.fair td.mos, h3.fair { color: var(--fair); }
tr.poor td.mos, tr.bad td.mos, h3.poor, h3.bad { color: var(--bad); font-weight: 600; }
article { margin: 20px 0; padding: 14px 18px; background: var(--card); border-radius: 6px; }
article p { margin: 4px 0 8px; } .inputs, footer { color: var(--faint); font-size: 13px; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); gap: 14px; }
figure { margin: 0; } figcaption { color: var(--faint); font-size: 12px; }
svg { width: 100%; display: block; } svg text { fill: var(--faint); font-size: 10px; }
.value { text-anchor: end; dominant-baseline: middle; } .last { text-anchor: end; }
path { fill: none; stroke: var(--curve); stroke-width: 1.5; } circle { fill: var(--curve); }
.grid { stroke: var(--line); } .limit { stroke: var(--bad); stroke-dasharray: 4 3; opacity: .6; }
footer { margin: 28px 0; } footer p { margin: 4px 0; } .ladder text { font-size: 11px; } .end, .label { text-anchor: middle; }
.step line, .step polyline { stroke: var(--curve); fill: none; } .step .label { fill: var(--ink); }
.failed line, .failed polyline { stroke: var(--bad); } .failed .label { fill: var(--bad); }
`;
