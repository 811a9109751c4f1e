using System.Text.RegularExpressions;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Spec;

/// <summary>Rules that every specification must meet.</summary>
internal static partial class SpecRules
{
    /// <summary>The refusal of what cannot be installed.</summary>
    public static EtcdException Invalid(string why) =>
        new(EtcdErrorIds.SpecInvalid, $"This cannot be installed: {why}.");

    /// <summary>A path that means the same to shells, systemd and etcd, none of which then needs it quoted.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static string HostPath(string path) => AllowedPath().IsMatch(path) && !path.Split('/').Contains("..")
        ? path.TrimEnd('/')
        : throw Invalid($"'{path}' is not a usable path on a host: full paths of letters, digits, '.', '_', '-' are");

    [GeneratedRegex(@"\A(/[A-Za-z0-9._-]+)+/?\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllowedPath();
}
