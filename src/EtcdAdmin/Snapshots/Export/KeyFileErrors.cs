using System.Globalization;

namespace EtcdAdmin.Snapshots;

/// <summary>The errors of files of keys. They name the line; what stands there may be anybody's secret.</summary>
internal static class KeyFileErrors
{
    /// <summary>One line is not as it should be.</summary>
    public static EtcdException Line(string path, long line, string finding) => new(
        EtcdErrorIds.KeyFileInvalid, EtcdErrorKind.InvalidData,
        string.Create(CultureInfo.InvariantCulture, $"'{path}', line {line}: {finding}."))
    {
        Target = path,
        NextStep = "Mend that line, or export the keys again.",
    };

    /// <summary>The file as a whole is not as it was written.</summary>
    public static EtcdException Whole(string path, string finding) => new(
        EtcdErrorIds.KeyFileInvalid, EtcdErrorKind.InvalidData, $"'{path}' is not whole: {finding}. Nothing was written.")
    {
        Target = path,
        NextStep = "Export it again; if it was changed or written by hand and is meant so, say so (-SkipHashCheck).",
    };

    /// <summary>The operating system refuses.</summary>
    public static EtcdException Unreadable(string path, Exception cause) => new(
        EtcdErrorIds.KeyFileUnreadable, cause is FileNotFoundException or DirectoryNotFoundException ? EtcdErrorKind.NotFound : EtcdErrorKind.HostOperation,
        $"Cannot read '{path}': {(cause is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : cause.Message.TrimEnd('.'))}.", cause)
    {
        Target = path,
        NextStep = "Look at the path, and whether this user may read it.",
    };
}
