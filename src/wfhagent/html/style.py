"""How the pages for people look: light and dark, from 360 px on, without a script."""

STYLE = """
:root { --ink: #1c2530; --soft: #55606e; --paper: #fbfbf9; --card: #ffffff; --edge: #d9dde2;
  --sent: #2b6cb0; --late: #8a5a00; --waits: #6b46c1; --refused: #b3261e; --window: #eef2f7; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ed; --soft: #a5afbb; --paper: #14181d; --card: #1c2229; --edge: #353e49;
    --sent: #6fb1f2; --late: #e0a94a; --waits: #b79cf5; --refused: #ff8a80; --window: #232b35; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 2rem 0 .5rem; }
h1:first-child { margin-top: .5rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: .4rem 0; }
a { color: var(--sent); }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: .5rem; top: .5rem; padding: .5rem; background: var(--card); }
ul.problem { padding-left: 1.8rem; }
details { margin: 1rem 0; } summary { font-weight: bold; padding: .3rem 0; cursor: pointer; }
nav a { display: inline-block; padding: .35rem .9rem .35rem 0; }
.soft { color: var(--soft); font-size: .9rem; }
.problem h2 { margin: 0; }
.problem { border-left: 4px solid var(--refused); padding: .6rem .8rem; margin: .8rem 0;
  background: var(--card); }
.card { background: var(--card); border: 1px solid var(--edge); border-radius: 8px;
  padding: .8rem; margin: .8rem 0; }
.card h2 { margin: 0; }
.card > header { display: flex; flex-wrap: wrap; gap: .2rem 1rem; align-items: baseline; }
.line { display: block; margin: .5rem 0; overflow: visible; }
.window { fill: var(--window); } .base { fill: var(--soft); }
.sent { fill: var(--sent); } .late { fill: var(--late); }
.waits { fill: var(--waits); } .refused { fill: var(--refused); }
.log { fill: var(--card); stroke: var(--ink); stroke-width: 1.5; }
.number { font: bold 11px system-ui, sans-serif; fill: var(--ink); text-anchor: middle; }
.hour { font: 11px system-ui, sans-serif; fill: var(--soft); }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; list-style: none; }
.key svg { vertical-align: -3px; margin-right: .4rem; }
.log-entry { border-top: 1px solid var(--edge); margin-top: .8rem; padding-top: .6rem; }
.log-entry > div { display: grid; gap: 0 1.5rem; }
@media (min-width: 48rem) { .log-entry > div { grid-template-columns: 1fr 24rem; }
  .log-entry > div:has(figure:target) { grid-template-columns: 1fr; } }
dl { display: grid; align-content: start; gap: .1rem .8rem; margin: .4rem 0;
  grid-template-columns: minmax(6.5rem, 10rem) 1fr; }
dt { color: var(--soft); } dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
figure { margin: .5rem 0; max-width: 24rem; }
figure:target { max-width: none; }
figure img { display: block; width: 100%; height: auto; border: 1px solid var(--edge); }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--sent); outline-offset: 2px; }
pre, code { font: .9em ui-monospace, monospace; }
pre { white-space: pre-wrap; margin: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0;
  border-bottom: 1px solid var(--edge); }
@media (max-width: 40rem) {
  dl { grid-template-columns: 6.5rem 1fr; }
  thead { position: absolute; left: -999rem; }
  tr { display: block; border-bottom: 1px solid var(--edge); padding: .4rem 0; }
  td { display: block; border: 0; padding: 0; overflow-wrap: anywhere; }
  td.short { display: inline; padding-right: .8rem; }
  td[data-head]::before { content: attr(data-head) ": "; color: var(--soft); } }
@media print { .card { break-inside: avoid; } nav { display: none; } }
"""
