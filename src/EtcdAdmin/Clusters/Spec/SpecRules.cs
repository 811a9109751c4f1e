using System.Text.RegularExpressions;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Spec;

/// <summary>Rules for every specification.</summary>
internal static partial class SpecRules
{
    /// <summary>The refusal of an invalid specification.</summary>
    public static EtcdException Invalid(string why, string? nextStep = null) =>
        new(EtcdErrorIds.SpecInvalid, $"The specification is not valid: {why}.") { NextStep = nextStep };

    /// <summary>Accepts a path that shells, systemd and etcd read the same way without quoting.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static string HostPath(string path) => AllowedPath().IsMatch(path) && !path.Split('/').Contains("..")
        ? path.TrimEnd('/')
        : throw Invalid($"'{path}' is not a valid path on a host: use a full path with letters, digits, '.', '_' and '-'");

    [GeneratedRegex(@"\A(/[A-Za-z0-9._-]+)+/?\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllowedPath();
}
