using System.Globalization;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Errors;

namespace EtcdAdmin.KeyFiles;

/// <summary>The errors for key files. They give the line number but never its content, which may be secret.</summary>
internal static class KeyFileErrors
{
    /// <summary>The next step if the request limit is too small for a key.</summary>
    public const string RaiseLimit = "Raise max-request-bytes on the members (Set-EtcdConfiguration -Configuration "
        + "@{ 'max-request-bytes' = <bytes> }), and use the same limit here (-MaxRequestSize).";

    /// <summary>The error for one invalid line.</summary>
    public static EtcdException Line(string path, long line, string finding) => new(
        EtcdErrorIds.KeyFileInvalid,
        string.Create(CultureInfo.InvariantCulture, $"'{path}', line {line}: {finding}."))
    {
        Target = path,
        NextStep = "Fix the line, or export the keys again.",
    };

    /// <summary>The error for a key that does not fit into a request.</summary>
    public static EtcdException TooLarge(string path, long line, int size, int limit) => new(
        EtcdErrorIds.KeyFileInvalid,
        string.Create(CultureInfo.InvariantCulture, $"'{path}', line {line}: the value has {size} bytes. "
            + $"The request for this key would exceed the limit of {limit} bytes."))
    {
        Target = path,
        NextStep = RaiseLimit,
    };

    /// <summary>The error if the server refuses a request with one key. Nothing was written.</summary>
    public static EtcdException Refused(string path, long line, int size, EtcdRpcException cause) => new(
        cause.ErrorId,
        string.Create(CultureInfo.InvariantCulture, $"'{path}', line {line}: the cluster refuses the request for this key (value: {size} bytes). "
            + $"Nothing was written. {cause.Message}"), cause)
    {
        Target = path,
        NextStep = RaiseLimit,
    };

    /// <summary>The error for a file that is incomplete or was changed.</summary>
    public static EtcdException Incomplete(string path, string finding) => new(
        EtcdErrorIds.KeyFileInvalid, $"'{path}' is incomplete or was changed: {finding}. Nothing was written.")
    {
        Target = path,
        NextStep = "Export the keys again. If the file was changed or written by hand on purpose, use -SkipHashCheck.",
    };

    /// <summary>The error if the operating system refuses to read the file.</summary>
    public static EtcdException Unreadable(string path, Exception cause) => new(
        IsMissing(cause) ? EtcdErrorIds.KeyFileNotFound : EtcdErrorIds.KeyFileUnreadable,
        $"Cannot read '{path}': {(IsMissing(cause) ? "the file does not exist" : cause.Message.TrimEnd('.'))}.", cause)
    {
        Target = path,
        NextStep = "Check the path and whether this user may read the file.",
    };

    private static bool IsMissing(Exception cause) => cause is FileNotFoundException or DirectoryNotFoundException;
}
