namespace EtcdAdmin.Packages.Names;

/// <summary>What processors are called: by the kernel, by people, and by etcd's releases.</summary>
/// <remarks>Sources: the machine names of Linux (<c>UTS_MACHINE</c> in arch/*/Makefile); Go's GOARCH names, which the releases carry.</remarks>
internal static class HostArchitecture
{
    /// <summary>The name that packages carry, for instance <c>arm64</c>.</summary>
    /// <param name="machine">
    /// What <c>uname -m</c> prints on the host (<c>aarch64</c>), or already the package's name. That is the kernel's word: under a
    /// 32-bit user land the programs of official releases still run, for they bring all they need; a distribution's do not.
    /// </param>
    /// <returns>Null for a processor that Go, and so etcd, is not built for.</returns>
    public static string? FromMachine(string machine) => machine.Trim().ToLowerInvariant() switch
    {
        "x86_64" or "amd64" or "x64" => "amd64",
        "aarch64" or "arm64" => "arm64",
        "ppc64le" or "ppc64el" => "ppc64le",
        "ppc64" => "ppc64",
        "s390x" => "s390x",
        "riscv64" => "riscv64",
        "loongarch64" or "loong64" => "loong64",
        "i386" or "i486" or "i586" or "i686" or "386" => "386",
        "arm" or "armv5tel" or "armv6l" or "armv7l" or "armv8l" => "arm",
        _ => null,
    };
}
