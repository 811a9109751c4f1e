using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>Converts the arguments of the package cmdlets into types of the core.</summary>
internal static class PackageArguments
{
    /// <exception cref="EtcdException">InvalidArgument: the text is not a version.</exception>
    public static VersionRequest Version(string? text) => VersionRequest.TryParse(text, out VersionRequest? version)
        ? version
        : throw Invalid($"'{text}' is not a version of etcd.", text, "Give a version such as 3.5.16, or 3.5 for the newest 3.5.");

    public static EtcdException Invalid(string message, object? target, string next) =>
        new(EtcdErrorIds.InvalidArgument, message) { Target = target, NextStep = next };

    /// <summary>
    /// The Linux platforms of the given architectures. Packages are for Linux, whatever system this machine runs.
    /// </summary>
    /// <param name="architectures">Names as people and kernels use them; null means this machine's.</param>
    /// <exception cref="EtcdException">ArchitectureMismatch: etcd is not built for this architecture.</exception>
    public static IReadOnlyList<EtcdPlatform> LinuxPlatforms(string[]? architectures) =>
        [.. (architectures ?? [EtcdPlatform.Current.Architecture]).Select(EtcdPlatform.ForLinux).Distinct()];
}
