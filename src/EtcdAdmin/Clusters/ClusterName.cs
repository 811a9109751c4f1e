using System.Text.RegularExpressions;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters;

/// <summary>The rule for names of clusters and members, which are used in names of folders, files on hosts and certificates.</summary>
internal static partial class ClusterName
{
    /// <summary>Refuses an invalid name.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static string Check(string name, string what)
    {
        if (name is not null && IsAllowed(name)) return name;
        throw new EtcdException(EtcdErrorIds.SpecInvalid,
            $"'{name}' is not a valid {what} name: use at most 60 letters, digits, '.', '_' and '-', starting with a letter or digit.")
        {
            Target = name,
        };
    }

    /// <summary>Whether a name is valid.</summary>
    public static bool IsAllowed(string name) => Allowed().IsMatch(name);

    // 60 leaves room for "-12" in the 64 characters of a certificate's common name.
    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,59}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Allowed();
}
