using System.Text.RegularExpressions;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters;

/// <summary>The rule for names of clusters and members: they become names of folders, hosts' files and certificates.</summary>
internal static partial class ClusterName
{
    /// <summary>Refuses what cannot be a name.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static string Check(string name, string what)
    {
        if (name is not null && IsAllowed(name)) return name;
        throw new EtcdException(EtcdErrorIds.SpecInvalid,
            $"'{name}' cannot be the name of a {what}: letters, digits, '.', '_' and '-' are allowed, at most 60, the first a letter or digit.")
        {
            Target = name,
        };
    }

    /// <summary>Whether it can be one.</summary>
    public static bool IsAllowed(string name) => Allowed().IsMatch(name);

    // 60 leaves room for "-12" within the 64 characters of a certificate's common name.
    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,59}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Allowed();
}
