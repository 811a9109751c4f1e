using EtcdAdmin.Errors;

namespace EtcdAdmin.Packages.Names;

/// <summary>The errors of packages, so that each meaning has one text.</summary>
internal static class PackageErrors
{
    public static EtcdException NotFound(string message, object? target, string? nextStep = null) =>
        new(EtcdErrorIds.PackageNotFound, message) { Target = target, NextStep = nextStep };

    public static EtcdException ArchiveInvalid(string archive, string reason, Exception? cause = null) =>
        new(EtcdErrorIds.ArchiveInvalid, $"The archive '{archive}' cannot be used: {reason}", cause)
        {
            Target = archive,
            NextStep = "Get the archive again from a source that you trust.",
        };

    public static EtcdException TooLarge(string archive, long limit) => ArchiveInvalid(archive, $"its unpacked size is more than {limit} bytes.");

    public static EtcdException NotEtcd(string path, string reason) =>
        new(EtcdErrorIds.NotEtcd, $"'{path}' is not a usable etcd package: {reason}") { Target = path };

    public static EtcdException Architecture(string path, EtcdPlatform actual, EtcdPlatform wanted) =>
        new(EtcdErrorIds.ArchitectureMismatch, $"'{path}' is a package for {actual}, but {wanted} is needed.")
        {
            Target = path,
            NextStep = $"Use a package for {wanted}.",
        };

    public static EtcdException Download(Uri address, string reason, Exception? cause = null) =>
        new(EtcdErrorIds.DownloadFailed, $"Downloading {address} failed: {reason.TrimEnd('.')}.", cause)
        {
            Target = address,
        };
}
