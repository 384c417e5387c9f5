/** The sandbox's own plain look: system fonts, light and dark, fits 320 px. Colour pairs are at least 4.5:1. */
export const style = `
:root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--ink:#16191d;--soft:#4a525c;--line:#6f7883;--hair:#d5dae0;--main:#1f4e79;--on-main:#fff;--tint:#e8f0f8;--bad:#9c1c1c;--good:#14612f;--focus:#c2410c}
.altinn{--main:#0b5c5f;--tint:#e3f2f1}.staff{--main:#5a3d7a;--tint:#f0eaf6}.sandbox{--main:#7a3b12;--tint:#fbeee4}
@media (prefers-color-scheme:dark){:root{--ground:#14171b;--card:#1d2227;--ink:#eef1f4;--soft:#b4bdc7;--line:#8a949f;--hair:#343c45;--main:#9cc7ee;--on-main:#0d1a26;--tint:#223140;--bad:#ffaba3;--good:#8fdca6;--focus:#ffb457}
.altinn{--main:#86d5d2;--on-main:#062324;--tint:#1b3334}.staff{--main:#d3b6f2;--on-main:#22123a;--tint:#33283f}.sandbox{--main:#f3bd92;--on-main:#2b1505;--tint:#3a2c21}}
*{box-sizing:border-box}html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
header{background:var(--card);border-bottom:3px solid var(--main)}
.band{max-width:44rem;margin:0 auto;padding:.8rem 1rem;display:flex;flex-wrap:wrap;gap:.15rem 1rem;justify-content:space-between;align-items:baseline}
.band strong{font-size:1.15rem}.band span{color:var(--soft);font-size:.9rem}
main{max-width:44rem;margin:0 auto;padding:1.5rem 1rem 4rem}.wide{max-width:72rem}
h1{font-size:clamp(1.5rem,1.2rem + 1.6vw,2.1rem);line-height:1.2;margin:0 0 .75rem}
h2{font-size:1.25rem;line-height:1.3;margin:2rem 0 .6rem}h3{font-size:1.05rem;margin:1.2rem 0 .3rem}
p,ul,ol,dl{margin:.6rem 0;max-width:42rem}li{margin:.25rem 0}
a{color:var(--main);text-underline-offset:.15em}code{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.9em}
.lead{font-size:1.1rem}.soft{color:var(--soft)}.small{font-size:.9rem}.bad{color:var(--bad)}.good{color:var(--good)}
.card{background:var(--card);border:1px solid var(--hair);border-radius:.6rem;padding:1rem 1.1rem;margin:1rem 0}
.note{background:var(--tint);border-left:4px solid var(--main);border-radius:.3rem;padding:.7rem .9rem;margin:1rem 0}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
button,.button{font:inherit;font-weight:600;min-height:2.75rem;padding:.55rem 1.1rem;border-radius:.5rem;border:2px solid var(--main);background:var(--main);color:var(--on-main);cursor:pointer;text-decoration:none;display:inline-block;text-align:center}
button:hover,.button:hover{filter:brightness(1.08)}
button.plain,.button.plain{background:transparent;color:var(--main)}
.choices{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.2rem 0}.choices button{flex:1 1 15rem}
.people{list-style:none;padding:0;max-width:none;display:grid;gap:.5rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr))}
.people li{margin:0}
.people button{width:100%;height:100%;text-align:left;font-weight:400;background:var(--card);color:var(--ink);border:1px solid var(--line);padding:.6rem .8rem}
.people button:hover,.people button:focus-visible{background:var(--tint);border-color:var(--main);filter:none}
.people strong{display:block;font-size:1.02rem}.people span{display:block;color:var(--soft);font-size:.9rem;line-height:1.35}
fieldset{border:1px solid var(--hair);border-radius:.6rem;padding:.6rem 1rem 1rem;margin:1rem 0;min-width:0}legend{font-weight:600;padding:0 .3rem}
label{display:block;font-weight:600;margin:.6rem 0 .25rem}label.choice{font-weight:400;display:flex;gap:.55rem;align-items:center;min-height:2rem;margin:.1rem 0}
input:disabled+*,option:disabled{color:var(--soft)}input[type=radio]{width:1.2rem;height:1.2rem;flex:none;accent-color:var(--main)}
input[type=text],input[type=number],select{font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.5rem .6rem;min-height:2.75rem;width:100%;max-width:24rem}
.grid{display:grid;gap:0 1rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,14rem),1fr));align-items:end}
.grid select,.grid input{max-width:none}
dl.facts{display:grid;grid-template-columns:minmax(0,9rem) minmax(0,1fr);gap:.35rem 1rem}dl.facts dt{color:var(--soft)}dl.facts dd{margin:0;font-weight:600}
@media (max-width:26rem){dl.facts{grid-template-columns:1fr;gap:0}dl.facts dd{margin-bottom:.5rem}}
.people .one{background:var(--card);border:1px solid var(--hair);border-radius:.5rem;padding:.5rem .8rem}.nr{font-variant-numeric:tabular-nums}
.calls{list-style:none;padding:0;max-width:none;background:var(--card);border:1px solid var(--hair);border-radius:.6rem}.calls li{margin:0;padding:.45rem .9rem;border-bottom:1px solid var(--hair)}.calls li:last-child{border:0}.calls .why{display:block;font-size:.92rem}
iframe{border:0;position:absolute;left:-10px;top:0}
nav ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.4rem 1.2rem;margin:.5rem 0}
`
