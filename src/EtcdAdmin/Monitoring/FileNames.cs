namespace EtcdAdmin.Monitoring;

/// <summary>Names of clusters and members as names of files and of objects in other programs.</summary>
internal static class FileNames
{
    /// <summary>
    /// A name of letters, digits, <c>.</c>, <c>_</c> and <c>-</c>. The name of a cluster that is not saved may be an address, and the name of a
    /// member of a cluster that others installed any text.
    /// </summary>
    public static string Safe(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '_')).TrimStart('.') is { Length: > 0 } safe
            ? safe
            : "_";
}
