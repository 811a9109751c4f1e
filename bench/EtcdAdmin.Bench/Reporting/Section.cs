using System.Globalization;
using EtcdAdmin.Bench.Measuring;

namespace EtcdAdmin.Bench.Reporting;

/// <summary>One table of the report.</summary>
/// <param name="Title">What was measured.</param>
/// <param name="Peer">The heading of the peer's column.</param>
/// <param name="Introduction">What the measurement uses, and what the figures do not show.</param>
/// <param name="Rows">The figures.</param>
/// <param name="PeerCommands">How to run the peer by hand.</param>
internal sealed record Section(
    string Title, string Peer, string Introduction, IReadOnlyList<Row> Rows, IReadOnlyList<string> PeerCommands);

/// <summary>One line of a table: median, and in brackets the lowest and highest.</summary>
internal sealed record Row(string What, string Ours, string Theirs, string Ratio)
{
    private const string None = "–";

    public static Row Of(string what, string unit, Spread ours, Spread theirs) =>
        new(what, Show(ours, unit), Show(theirs, unit), Number(ours.Median / theirs.Median, "0.00"));

    /// <summary>A figure without a counterpart of the peer.</summary>
    public static Row Alone(string what, string unit, Spread ours) => new(what, Show(ours, unit), None, None);

    public static Row Missing(string what, string reason) => new(what, $"not measured: {reason.Replace('|', '/')}", None, None);

    private static string Show(Spread spread, string unit)
    {
        string format = spread.Median switch { >= 100 => "0", >= 10 => "0.0", _ => "0.00" };
        return $"{Number(spread.Median, format)} {unit} ({Number(spread.Min, format)}–{Number(spread.Max, format)})";
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
