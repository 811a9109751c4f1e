using System.Text.RegularExpressions;

namespace EtcdAdmin.Packages.Names;

/// <summary>Debian's names for versions and processor architectures.</summary>
internal static partial class DebianVersion
{
    /// <summary>The version of etcd in a version such as <c>3.3.25+dfsg-6+b6</c>; null if it has none.</summary>
    /// <remarks>deb-version(7): <c>[epoch:]upstream[-revision]</c>; a tilde sorts before the end, so it is used for pre-releases.</remarks>
    public static EtcdVersion? Upstream(string debian)
    {
        if (Pattern().Match(debian) is not { Success: true } match) return null;
        string suffix = match.Groups[2].Success ? "-" + match.Groups[2].Value : "";
        return EtcdVersion.TryParse(match.Groups[1].Value + suffix, out EtcdVersion version) ? version : null;
    }

    public static string ToDebian(string architecture) => architecture == "ppc64le" ? "ppc64el" : architecture;

    public static string FromDebian(string architecture) => architecture == "ppc64el" ? "ppc64le" : architecture;

    [GeneratedRegex(@"\A(?:[0-9]+:)?([0-9]+\.[0-9]+\.[0-9]+)(?:~((?:alpha|beta|rc)[0-9.]*))?(?:[+~-].*)?\z")]
    private static partial Regex Pattern();
}
