namespace EtcdAdmin.Packages.Names;

/// <summary>The names of processor architectures: the kernel's, common ones, and those of etcd's releases.</summary>
/// <remarks>Sources: the machine names of Linux (<c>UTS_MACHINE</c> in arch/*/Makefile); Go's GOARCH names, which the releases use.</remarks>
internal static class HostArchitecture
{
    /// <summary>The name in packages, for instance <c>arm64</c>.</summary>
    /// <param name="machine">The output of <c>uname -m</c> on the host (<c>aarch64</c>), or the name in packages. It is the kernel's architecture: in
    /// a 32-bit user space the programs of official releases still run, because they are statically linked; a distribution's do not.</param>
    /// <returns>Null for a processor without Go, and so without etcd.</returns>
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
