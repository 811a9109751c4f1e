using System.Runtime.InteropServices;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Packages.Names;

/// <summary>The platform of an etcd build, named as in etcd's releases.</summary>
/// <param name="Os"><c>linux</c>, <c>windows</c> or <c>darwin</c>.</param>
/// <param name="Architecture"><c>amd64</c>, <c>arm64</c>, <c>ppc64le</c> or <c>s390x</c>; or another name from a file.</param>
public readonly record struct EtcdPlatform(string Os, string Architecture)
{
    /// <summary>The platform of this machine.</summary>
    public static EtcdPlatform Current { get; } = new(CurrentOs(), CurrentArchitecture());

    /// <summary>The platform of a Linux host.</summary>
    /// <param name="machine">Its processor: the output of <c>uname -m</c> (<c>aarch64</c>), or the name in packages (<c>arm64</c>).</param>
    /// <exception cref="EtcdException">ArchitectureMismatch: there is no etcd for it.</exception>
    public static EtcdPlatform ForLinux(string machine) => HostArchitecture.FromMachine(machine) is { } architecture
        ? new EtcdPlatform("linux", architecture)
        : throw new EtcdException(EtcdErrorIds.ArchitectureMismatch,
            $"There is no etcd build for the processor '{machine}'.")
        {
            Target = machine,
            NextStep = "Use a host with one of these processors: amd64, arm64, ppc64le, s390x.",
        };

    /// <summary>The suffix of programs: <c>.exe</c> on Windows, otherwise empty.</summary>
    internal string ProgramSuffix => Os == "windows" ? ".exe" : "";

    /// <summary>For instance <c>linux-amd64</c>.</summary>
    public override string ToString() => $"{Os}-{Architecture}";

    private static string CurrentOs() => OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";

    // The machine's architecture, not the process's: etcd runs in its own process.
    private static string CurrentArchitecture() => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.Ppc64le => "ppc64le",
        System.Runtime.InteropServices.Architecture.S390x => "s390x",
        var other => other.ToString().ToLowerInvariant(),
    };
}
