using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Packages;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Deployment;

/// <summary>Puts the programs of a release on a host, in a folder of their own beside other releases.</summary>
internal static class BinaryInstaller
{
    private const UnixFileMode Program = AtomicFile.Public
        | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const string FolderScript = """
        umask 022
        mkdir -p -- "$1"
        """;

    public static async Task InstallAsync(IHost host, EtcdPackage package, MemberSpec member, CancellationToken cancellationToken)
    {
        string folder = $"{member.BinDirectory}/{package.Version}";
        await host.RunRequiredAsync($"make {folder}", new HostScript(FolderScript) { Arguments = [folder] }, cancellationToken)
            .ConfigureAwait(false);
        // etcd last: the facts look for it, so a folder with etcd is complete.
        string[] programs = [.. new[] { package.EtcdutlPath, package.EtcdctlPath, package.EtcdPath }.OfType<string>()];
        await host.PutFilesAsync(
            $"install etcd {package.Version}",
            [.. programs.Select(path => new HostFile($"{folder}/{Path.GetFileName(path)}", HostFileContent.FromFile(path), Program))],
            cancellationToken).ConfigureAwait(false);
    }
}
