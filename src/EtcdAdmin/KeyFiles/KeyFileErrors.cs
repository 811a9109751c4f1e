using System.Globalization;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Errors;

namespace EtcdAdmin.KeyFiles;

/// <summary>The errors of files of keys. They name the line; what stands there may be anybody's secret.</summary>
internal static class KeyFileErrors
{
    /// <summary>What to do where a request is too small for a key.</summary>
    public const string WaysToLarger = "Raise max-request-bytes on the members (Set-EtcdConfiguration -Configuration @{ 'max-request-bytes' = <bytes> }), and name that limit here with -MaxRequestSize.";

    /// <summary>One line is not as it should be.</summary>
    public static EtcdException Line(string path, long line, string finding) => new(
        EtcdErrorIds.KeyFileInvalid,
        string.Create(CultureInfo.InvariantCulture, $"'{path}', line {line}: {finding}."))
    {
        Target = path,
        NextStep = "Mend that line, or export the keys again.",
    };

    /// <summary>One key does not fit into a request.</summary>
    public static EtcdException TooLarge(string path, long line, int size, int limit) => new(
        EtcdErrorIds.KeyFileInvalid,
        string.Create(CultureInfo.InvariantCulture, $"'{path}', line {line}: with its value of {size} bytes and the condition that nobody else has changed the key it is larger than a request may be ({limit} bytes)."))
    {
        Target = path,
        NextStep = WaysToLarger,
    };

    /// <summary>The server refuses a request with one key. Nothing was written.</summary>
    public static EtcdException Refused(string path, long line, int size, EtcdRpcException cause) => new(
        cause.ErrorId,
        string.Create(CultureInfo.InvariantCulture, $"'{path}', line {line}: the cluster does not take a request with its value of {size} bytes and the condition that nobody else has changed the key, so nothing was written. {cause.Message}"), cause)
    {
        Target = path,
        NextStep = WaysToLarger,
    };

    /// <summary>The file as a whole is not as it was written.</summary>
    public static EtcdException Whole(string path, string finding) => new(
        EtcdErrorIds.KeyFileInvalid, $"'{path}' is not whole: {finding}. Nothing was written.")
    {
        Target = path,
        NextStep = "Export it again; if it was changed or written by hand and is meant so, say so (-SkipHashCheck).",
    };

    /// <summary>The operating system refuses.</summary>
    public static EtcdException Unreadable(string path, Exception cause) => new(
        IsMissing(cause) ? EtcdErrorIds.KeyFileNotFound : EtcdErrorIds.KeyFileUnreadable,
        $"Cannot read '{path}': {(IsMissing(cause) ? "there is no such file" : cause.Message.TrimEnd('.'))}.", cause)
    {
        Target = path,
        NextStep = "Look at the path, and whether this user may read it.",
    };

    private static bool IsMissing(Exception cause) => cause is FileNotFoundException or DirectoryNotFoundException;
}
