using System.Text.Json;
using System.Text.Json.Nodes;

namespace EtcdAdmin.Monitoring.Export;

/// <summary>The dashboard for Grafana.</summary>
/// <remarks>Source of the format: grafana, docs/sources/dashboards/build-dashboards/view-dashboard-json-model, and
/// kinds/dashboard/dashboard_kind.cue, schema version 38 (Grafana 10). The data source and the cluster are variables, so that one dashboard serves
/// all clusters.</remarks>
internal static class Dashboard
{
    private const int Columns = 24;
    private const int StatHeight = 4;
    private const int LinesHeight = 8;
    private const int LinesWidth = 8;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>The file.</summary>
    /// <param name="job">The name of the scrape job.</param>
    public static string File(string job)
    {
        var dashboard = new JsonObject
        {
            ["uid"] = "etcdadmin-clusters",
            ["title"] = "etcd clusters",
            ["description"] = "Written by EtcdAdmin.",
            ["tags"] = new JsonArray("etcd"),
            ["schemaVersion"] = 38,
            ["version"] = 1,
            ["editable"] = true,
            ["graphTooltip"] = 1,
            ["refresh"] = "30s",
            ["timezone"] = "browser",
            ["time"] = new JsonObject { ["from"] = "now-3h", ["to"] = "now" },
            ["timepicker"] = new JsonObject(),
            ["annotations"] = new JsonObject { ["list"] = new JsonArray() },
            ["links"] = new JsonArray(),
            ["templating"] = new JsonObject { ["list"] = Variables(job) },
            ["panels"] = Panels(job),
        };
        return dashboard.ToJsonString(Indented) + "\n";
    }

    private static JsonArray Variables(string job) =>
    [
        new JsonObject
        {
            ["name"] = "datasource",
            ["label"] = "Data source",
            ["type"] = "datasource",
            ["query"] = "prometheus",
            ["hide"] = 0,
            ["refresh"] = 1,
            ["regex"] = "",
            ["multi"] = false,
            ["includeAll"] = false,
            ["options"] = new JsonArray(),
        },
        new JsonObject
        {
            ["name"] = "cluster",
            ["label"] = "Cluster",
            ["type"] = "query",
            ["datasource"] = Source(),
            ["definition"] = $"label_values(up{{job=\"{job}\"}}, cluster)",
            ["query"] = new JsonObject { ["query"] = $"label_values(up{{job=\"{job}\"}}, cluster)", ["refId"] = "clusters" },
            ["hide"] = 0,
            ["refresh"] = 2,
            ["regex"] = "",
            ["sort"] = 1,
            ["multi"] = true,
            ["includeAll"] = true,
            ["current"] = new JsonObject { ["text"] = "All", ["value"] = "$__all" },
            ["options"] = new JsonArray(),
        },
    ];

    private static JsonArray Panels(string job)
    {
        var panels = new JsonArray();
        int id = 0, top = 0;
        foreach ((string title, IReadOnlyList<DashboardPanel> row) in DashboardPanels.Rows)
        {
            panels.Add(new JsonObject
            {
                ["id"] = ++id,
                ["type"] = "row",
                ["title"] = title,
                ["collapsed"] = false,
                ["gridPos"] = Place(0, top++, Columns, 1),
                ["panels"] = new JsonArray(),
            });
            int left = 0, height = 0;
            foreach (DashboardPanel panel in row)
            {
                bool isStat = panel.Type == "stat";
                int width = isStat ? Columns / row.Count : LinesWidth;
                if (left + width > Columns) (left, top) = (0, top + height);
                height = isStat ? StatHeight : LinesHeight;
                panels.Add(Panel(panel, ++id, Place(left, top, width, height), job));
                left += width;
            }

            top += height;
        }

        return panels;
    }

    private static JsonObject Panel(DashboardPanel panel, int id, JsonObject place, string job)
    {
        var targets = new JsonArray();
        foreach ((string expression, string legend) in panel.Queries)
        {
            targets.Add(new JsonObject
            {
                ["refId"] = ((char)('A' + targets.Count)).ToString(),
                ["datasource"] = Source(),
                ["expr"] = expression.Replace("@JOB@", job, StringComparison.Ordinal),
                ["legendFormat"] = legend.Replace("<", "{{", StringComparison.Ordinal).Replace(">", "}}", StringComparison.Ordinal),
                ["range"] = true,
                ["editorMode"] = "code",
            });
        }

        return new JsonObject
        {
            ["id"] = id,
            ["type"] = panel.Type,
            ["title"] = panel.Title,
            ["description"] = panel.Description,
            ["datasource"] = Source(),
            ["gridPos"] = place,
            ["targets"] = targets,
            ["fieldConfig"] = new JsonObject { ["defaults"] = Defaults(panel), ["overrides"] = new JsonArray() },
            ["options"] = panel.Type == "stat"
                ? new JsonObject
                {
                    ["reduceOptions"] = new JsonObject { ["calcs"] = new JsonArray("lastNotNull"), ["fields"] = "", ["values"] = false },
                    ["colorMode"] = "value",
                    ["graphMode"] = "none"
                }
                : new JsonObject
                {
                    ["legend"] = new JsonObject { ["displayMode"] = "list", ["placement"] = "bottom", ["showLegend"] = true },
                    ["tooltip"] = new JsonObject { ["mode"] = "multi", ["sort"] = "desc" },
                },
        };
    }

    private static JsonObject Defaults(DashboardPanel panel)
    {
        var defaults = new JsonObject { ["unit"] = panel.Unit };
        if (panel.Type != "stat")
        {
            defaults["min"] = 0;
            return defaults;
        }

        defaults["color"] = new JsonObject { ["mode"] = "thresholds" };
        var steps = new JsonArray(new JsonObject { ["color"] = panel.Limit is null || panel.GoodBelow ? "green" : "red", ["value"] = null });
        if (panel.Limit is { } limit) steps.Add(new JsonObject { ["color"] = panel.GoodBelow ? "red" : "green", ["value"] = limit });
        defaults["thresholds"] = new JsonObject { ["mode"] = "absolute", ["steps"] = steps };
        return defaults;
    }

    private static JsonObject Source() => new() { ["type"] = "prometheus", ["uid"] = "${datasource}" };

    private static JsonObject Place(int left, int top, int width, int height) => new() { ["x"] = left, ["y"] = top, ["w"] = width, ["h"] = height };
}
