using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>What the package cmdlets are given, as the core takes it.</summary>
internal static class PackageArguments
{
    /// <exception cref="EtcdException">InvalidArgument: the text is not a version.</exception>
    public static VersionRequest Version(string? text) => VersionRequest.TryParse(text, out VersionRequest? version)
        ? version
        : throw Invalid($"'{text}' is not a version of etcd.", text, "Give one like 3.5.16, or 3.5 for its newest.");

    public static EtcdException Invalid(string message, object? target, string next) =>
        new(EtcdErrorIds.InvalidArgument, message) { Target = target, NextStep = next };

    /// <summary>The platforms of Linux hosts, which packages are for whatever this machine runs.</summary>
    /// <param name="architectures">As people and kernels call them; null is this machine's.</param>
    /// <exception cref="EtcdException">ArchitectureMismatch: no processor that etcd is built for.</exception>
    public static IReadOnlyList<EtcdPlatform> LinuxPlatforms(string[]? architectures) =>
        [.. (architectures ?? [EtcdPlatform.Current.Architecture]).Select(EtcdPlatform.ForLinux).Distinct()];
}
