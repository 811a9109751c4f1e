namespace EtcdAdmin.Monitoring.Export;

/// <summary>A panel of the dashboard.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Type">The kind of Grafana's panel: <c>stat</c> or <c>timeseries</c>.</param>
/// <param name="Unit">The unit, as Grafana names it.</param>
/// <param name="Description">What to read from it.</param>
/// <param name="Queries">The expressions, with the names of their lines; <c>&lt;member&gt;</c> stands for the label.</param>
internal sealed record DashboardPanel(string Title, string Type, string Unit, string Description, params (string Expression, string Legend)[] Queries)
{
    /// <summary>The value from which on a stat is green or, with <see cref="GoodBelow"/>, red; null for no colours.</summary>
    public double? Limit { get; init; }

    /// <summary>Whether values below the limit are the good ones.</summary>
    public bool GoodBelow { get; init; }
}
