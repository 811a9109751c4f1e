using System.Globalization;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Text;

namespace EtcdAdmin.Checks.Nagios;

/// <summary>The checks of a cluster as a plugin for Nagios or Icinga reports them: one line with performance data, and an exit code.</summary>
/// <remarks>Source: Monitoring Plugins Development Guidelines, "Plugin Output for Nagios", "Plugin Return Codes".</remarks>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Status"><c>OK</c>, <c>WARNING</c>, <c>CRITICAL</c> or <c>UNKNOWN</c>.</param>
/// <param name="ExitCode">0, 1, 2 or 3.</param>
/// <param name="Line">The line.</param>
public sealed record NagiosResult(string Cluster, string Status, int ExitCode, string Line)
{
    private const int MaxProblems = 5;
    private const int MaxText = 160;

    private static readonly string[] Words = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];

    /// <inheritdoc/>
    public override string ToString() => Line;

    /// <summary>The result of the checks of a cluster.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="checks">The results.</param>
    public static NagiosResult Of(string cluster, IReadOnlyList<EtcdCheck> checks)
    {
        ArgumentNullException.ThrowIfNull(checks);
        EtcdCheck[] problems = [.. checks.Where(check => check.NeedsAttention).OrderByDescending(check => check.Severity)];
        CheckSeverity worst = problems.Length == 0 ? CheckSeverity.Ok : problems[0].Severity;
        int code = worst switch
        {
            CheckSeverity.Critical => 2,
            CheckSeverity.Warning => 1,
            CheckSeverity.Unknown => 3,
            _ => 0,
        };
        int made = checks.Count(check => check.Severity is not CheckSeverity.NotApplicable);
        string text = problems.Length == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{made} checks passed")
            : string.Join("; ", problems.Take(MaxProblems).Select(Describe))
                + (problems.Length > MaxProblems ? string.Create(CultureInfo.InvariantCulture, $"; and {problems.Length - MaxProblems} more") : "");
        int critical = checks.Count(check => check.Severity == CheckSeverity.Critical);
        int warning = checks.Count(check => check.Severity == CheckSeverity.Warning);
        int unknown = checks.Count(check => check.Severity == CheckSeverity.Unknown);
        string data = string.Create(CultureInfo.InvariantCulture,
            $"checks={made};;;0 critical={critical};;0;0 warning={warning};0;;0 unknown={unknown};;;0");
        data = string.Join(' ', [data, .. checks.Where(check => check.Measure is not null)
            .GroupBy(LabelOf).Select(group => $"{group.Key}={Worst(group).ToString().Split('=', 2)[1]}")]);
        return new NagiosResult(cluster, Words[code], code, $"ETCD {Words[code]} - {Plain(cluster)}: {text} | {data}");
    }

    /// <summary>The result if the checks could not be made at all.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="why">The reason.</param>
    public static NagiosResult Unknown(string cluster, string why) => new(cluster, Words[3], 3, $"ETCD {Words[3]} - {Plain(cluster)}: {Plain(why)}");

    // A label with other characters would need quotes.
    private static string LabelOf(EtcdCheck check) =>
        // Only with a measure.
        string.Concat($"{(check.Member is null ? "" : check.Member + "_")}{check.Measure!.Label}".Select(
            c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '_'));

    // Of several values with one label, for instance the certificates of a member, the one with the least reserve.
    private static CheckMeasure Worst(IEnumerable<EtcdCheck> checks)
    {
        CheckMeasure[] all = [.. checks.Select(check => check.Measure!)]; // only with a measure
        return all[0].Warning?.EndsWith(':') == true ? all.MinBy(measure => measure.Value)! : all.MaxBy(measure => measure.Value)!; // at least one
    }

    private static string Describe(EtcdCheck check)
    {
        string text = Plain($"{check.Check}{(check.Member is null ? "" : $" {check.Member}")}: {check.Finding.TrimEnd('.')}");
        return text.Length <= MaxText ? text : text[..(MaxText - 3)] + "...";
    }

    // The bar separates the performance data, and the output is one line.
    private static string Plain(string text) => (TerminalText.Line(text) ?? "").Replace('|', '/').ReplaceLineEndings(" ");
}
