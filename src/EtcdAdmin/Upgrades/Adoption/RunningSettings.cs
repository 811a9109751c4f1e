using EtcdAdmin.Provisioning.Settings.Effective;

namespace EtcdAdmin.Upgrades.Adoption;

/// <summary>The settings of an etcd on a host, and which of its settings have no effect.</summary>
/// <param name="Values">The settings, by their names in etcd's configuration file; the parts of TLS as
/// <c>client-transport-security.cert-file</c>.</param>
/// <param name="Findings">What has no effect, as sentences.</param>
internal sealed record RunningSettings(IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> Findings)
{
    // Where a program does not report its version: the series that most clusters run.
    private static readonly EtcdVersion Assumed = new(3, 5, 0);

    /// <summary>Reads the three sources as etcd does.</summary>
    /// <param name="arguments">The command line, with the program.</param>
    /// <param name="environment">The variables, as <c>NAME=value</c>.</param>
    /// <param name="configuration">The text of the configuration file; null if it has none.</param>
    /// <param name="version">The release; null if not known.</param>
    public static RunningSettings Read(
        IReadOnlyList<string> arguments, IReadOnlyList<string> environment, string? configuration, EtcdVersion? version)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string variable in environment)
        {
            if (variable.IndexOf('=', StringComparison.Ordinal) is > 0 and var at) variables[variable[..at]] = variable[(at + 1)..];
        }

        var effective = EffectiveConfiguration.Read(configuration, variables, [.. arguments.Skip(1)], version ?? Assumed);
        return new RunningSettings(
            effective.Settings.ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal),
            // It runs, so what would keep it from starting is a sign of another release or of a file that was changed since.
            [.. effective.Findings.Select(finding => finding.ToString())]);
    }
}
