using EtcdAdmin.Errors;

namespace EtcdAdmin.Packages.Names;

/// <summary>The errors of this area, so that each meaning has one wording.</summary>
internal static class PackageErrors
{
    public static EtcdException NotFound(string message, object? target, string? nextStep = null) =>
        new(EtcdErrorIds.PackageNotFound, message) { Target = target, NextStep = nextStep };

    public static EtcdException ArchiveInvalid(string archive, string reason, Exception? cause = null) =>
        new(EtcdErrorIds.ArchiveInvalid, $"The archive '{archive}' is refused: {reason}", cause)
        {
            Target = archive,
            NextStep = "Get the archive again from a source you trust.",
        };

    public static EtcdException TooLarge(string archive, long limit) => ArchiveInvalid(archive, $"unpacked it holds more than {limit} bytes.");

    public static EtcdException NotEtcd(string path, string reason) =>
        new(EtcdErrorIds.NotEtcd, $"'{path}' is not etcd: {reason}") { Target = path };

    public static EtcdException Architecture(string path, EtcdPlatform actual, EtcdPlatform wanted) =>
        new(EtcdErrorIds.ArchitectureMismatch, $"'{path}' is for {actual}; {wanted} is needed.")
        {
            Target = path,
            NextStep = $"Give a package for {wanted}.",
        };

    public static EtcdException Download(Uri address, string reason, Exception? cause = null) =>
        new(EtcdErrorIds.DownloadFailed, $"Downloading {address} failed: {reason.TrimEnd('.')}.", cause)
        {
            Target = address,
        };
}
