using System.Runtime.InteropServices;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Packages.Names;

/// <summary>What a build of etcd runs on, named as etcd's releases name it.</summary>
/// <param name="Os"><c>linux</c>, <c>windows</c> or <c>darwin</c>.</param>
/// <param name="Architecture"><c>amd64</c>, <c>arm64</c>, <c>ppc64le</c> or <c>s390x</c>; another name where a file says so.</param>
public readonly record struct EtcdPlatform(string Os, string Architecture)
{
    /// <summary>The platform of this machine.</summary>
    public static EtcdPlatform Current { get; } = new(CurrentOs(), CurrentArchitecture());

    /// <summary>The platform of a Linux host.</summary>
    /// <param name="machine">Its processor: what <c>uname -m</c> prints (<c>aarch64</c>), or the name that packages carry (<c>arm64</c>).</param>
    /// <exception cref="EtcdException">ArchitectureMismatch: etcd is not built for it.</exception>
    public static EtcdPlatform ForLinux(string machine) => HostArchitecture.FromMachine(machine) is { } architecture
        ? new EtcdPlatform("linux", architecture)
        : throw new EtcdException(EtcdErrorIds.ArchitectureMismatch,
            $"etcd is not built for the processor '{machine}'.")
        {
            Target = machine,
            NextStep = "etcd's releases are for amd64, arm64, ppc64le and s390x.",
        };

    /// <summary>What programs are called there: <c>.exe</c> on Windows, else nothing.</summary>
    internal string ProgramSuffix => Os == "windows" ? ".exe" : "";

    /// <summary>For instance <c>linux-amd64</c>.</summary>
    public override string ToString() => $"{Os}-{Architecture}";

    private static string CurrentOs() => OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";

    // The machine's architecture, not the process's: etcd is a process of its own.
    private static string CurrentArchitecture() => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.Ppc64le => "ppc64le",
        System.Runtime.InteropServices.Architecture.S390x => "s390x",
        var other => other.ToString().ToLowerInvariant(),
    };
}
