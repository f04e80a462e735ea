using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Plots;

namespace Ecocentre.Edge.Reports.Pages;

/// <summary>The style sheet of a report: A4 on paper, a narrow column on a screen; dark on light, and nothing that colour alone
/// says.</summary>
internal static class ReportStyle
{
    /// <param name="foot">Stands at the foot of every page beside the page numbers.</param>
    /// <param name="warning">Stands in red at the head of every page, or null.</param>
    internal static string Write(string foot, string page, string? warning)
    {
        var head = warning is null ? ""
            : $"@top-center{{content:{Escaped.Css(warning)};color:#b00020;font:bold 10pt \"Liberation Sans\",Arial,sans-serif}}";
        return $$"""
            @page{size:A4;margin:17mm 15mm 18mm 15mm;{{head}}
            @bottom-left{content:{{Escaped.Css(foot)}};font:7.5pt "Liberation Sans",Arial,sans-serif;color:#444}
            @bottom-right{content:{{Escaped.Css(page)}} " " counter(page) " / " counter(pages);font:7.5pt "Liberation Sans",Arial,sans-serif;color:#444}
            }
            {{Sheet}}
            {{string.Concat(Shades.Amount.Select((colour, i) => $".a{i}{{fill:{colour}}}"))}}
            {{string.Concat(Shades.Missing.Select((colour, i) => $".m{i}{{fill:{colour}}}"))}}
            """;
    }

    private const string Sheet = """
        :root{color-scheme:light}
        *{box-sizing:border-box}
        body{font:9.5pt/1.38 "Liberation Sans","Noto Sans",Arial,Helvetica,sans-serif;color:#111;background:#fff;margin:0;
            -webkit-print-color-adjust:exact;print-color-adjust:exact}
        main{max-width:180mm;margin:0 auto}
        h1{font-size:24pt;line-height:1.15;margin:0 0 2mm}
        h2{font-size:15pt;margin:0 0 3mm;padding-bottom:1mm;border-bottom:1.2pt solid #111}
        h3{font-size:11.5pt;margin:6mm 0 1.5mm}
        h4{font-size:9.5pt;margin:3.5mm 0 1mm}
        h2,h3,h4{break-after:avoid}
        h3+p,h4+p{break-before:avoid}
        p{margin:0 0 2mm;orphans:3;widows:3}
        section{margin-top:12mm}
        table{border-collapse:collapse;width:100%;font-size:8pt;line-height:1.25;margin:1mm 0 3mm}
        caption{text-align:left;font-weight:bold;padding:0 0 1mm;break-after:avoid}
        thead{display:table-header-group}
        tr{break-inside:avoid}
        th,td{border-bottom:.4pt solid #999;padding:.75mm 2mm .75mm 0;text-align:left;vertical-align:top;overflow-wrap:break-word}
        bdi.x{overflow-wrap:anywhere}
        th:last-child,td:last-child{padding-right:0}
        thead th{border-bottom:1pt solid #111;vertical-align:bottom;overflow-wrap:normal}
        tbody th{font-weight:bold}
        .r{text-align:right;white-space:nowrap}
        th.r:not(:last-child),td.r:not(:last-child){padding-right:3.2mm}
        caption+tbody{break-before:avoid}
        .nw{white-space:nowrap}
        .tight{font-size:7.3pt;line-height:1.2}
        .tight th,.tight td{padding-top:.45mm;padding-bottom:.45mm}
        .grid{font-size:6.8pt;line-height:1.15}
        .grid th,.grid td{padding:.16mm .6mm .16mm 0}
        .grid td,.grid thead th+th{text-align:center}
        .facts th{width:52mm;font-weight:normal;color:#333}
        .facts td{font-weight:normal}
        .whole{break-inside:avoid}
        code,pre{font-family:"Liberation Mono","Noto Sans Mono",monospace;font-size:8pt}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;border:.5pt solid #999;padding:2mm;margin:1mm 0 3mm;break-inside:avoid}
        ol.steps{padding-left:5mm;margin:0}
        ol.steps li{margin-bottom:2mm;break-inside:avoid}
        figure{margin:2mm 0 5mm;break-inside:avoid}
        figcaption{font-size:8pt;color:#222;margin-top:1mm}
        svg{width:100%;height:auto;display:block}
        .box{border:1.2pt solid #111;padding:3mm 4mm;margin:5mm 0;break-inside:avoid}
        .box p:last-child{margin:0}
        .box b.say{font-size:12.5pt}
        .bad{border:2.4pt solid #b00020;color:#b00020}
        .warn{color:#b00020;font-weight:bold;margin:0 0 2mm}
        .big{font-size:20pt;font-weight:bold;margin:1mm 0}
        .lead{font-size:13pt;margin:0 0 1mm}
        .lv{white-space:nowrap}
        .lv i{font-style:normal;letter-spacing:.5pt;margin-right:1mm}
        .no{font-weight:bold}
        .soft{color:#444}
        .title{padding-top:4mm}
        .box ul{margin:0;padding-left:5mm;font-size:8pt}
        nav ol{columns:2;margin:1mm 0;padding-left:5mm}
        a{color:inherit}
        .t{font-size:9px;fill:#111}.s{font-size:7.5px;fill:#111;text-anchor:middle}
        .v{fill:#fff}.e{text-anchor:end}.m{text-anchor:middle}.b{font-weight:bold}
        .g{stroke:#bbb;stroke-width:.6;fill:none}.f{stroke:#111;stroke-width:.8;fill:none}.w{stroke:#fff;stroke-width:1;fill:none}
        .l{stroke:#111;stroke-width:1.4;fill:none;stroke-linejoin:round}.n{fill:#b9cfe4;stroke:#7d9dbc;stroke-width:.5}
        .p{fill:#1d4f91;fill-opacity:.85}.o{fill:none;stroke:#b35806;stroke-width:1}
        .c path{shape-rendering:crispEdges}
        .gap{fill:url(#gap)}
        .marks{position:absolute;width:0;height:0}
        @media screen{body{padding:0 5mm 15mm}.title{padding-top:8mm}
            .alert{position:sticky;top:0;background:#b00020;color:#fff;font-weight:bold;text-align:center;padding:2mm;
            z-index:1}}
        @media print{.alert{display:none}section.page{break-before:page;margin-top:0}h3.page{break-before:page}}
        """;
}
