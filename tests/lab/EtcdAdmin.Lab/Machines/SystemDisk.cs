using System.Globalization;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab.Machines;

/// <summary>A host's root file system: its own writes, in limited memory, over the base system that all hosts share.</summary>
internal sealed class SystemDisk(LabFolder folder, HostRecord host)
{
    private string Memory => $"{folder.Host(host.Name)}/system";

    private string Root => folder.HostRoot(host.Name);

    public async Task MountAsync(string baseFolder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Memory);
        Directory.CreateDirectory(Root);
        await Tool.RunAsync(
            "mount", ["-t", "tmpfs", "-o", $"mode=755,{Size(host.Options.SystemDiskBytes)}", "etcdadmin-lab", Memory], cancellationToken);
        string upper = Directory.CreateDirectory($"{Memory}/upper").FullName;
        string work = Directory.CreateDirectory($"{Memory}/work").FullName;
        await Tool.RunAsync(
            "mount", ["-t", "overlay", "-o", $"lowerdir={baseFolder},upperdir={upper},workdir={work}", "overlay", Root], cancellationToken);
    }

    /// <summary>Removes all free space without writing anything.</summary>
    public Task FillAsync(CancellationToken cancellationToken)
    {
        var memory = new DriveInfo(Memory);
        return ResizeAsync(memory.TotalSize - memory.TotalFreeSpace, cancellationToken);
    }

    /// <summary>Restores the free space.</summary>
    public Task FreeAsync(CancellationToken cancellationToken) => ResizeAsync(host.Options.SystemDiskBytes, cancellationToken);

    /// <summary>Unmounts and deletes everything; also the leftovers of an interrupted start.</summary>
    public async Task RemoveAsync()
    {
        foreach (string mounted in new[] { Root, Memory })
        {
            while (IsMounted(mounted)) await Tool.RunAsync("umount", [mounted], default);
        }
    }

    private Task ResizeAsync(long bytes, CancellationToken cancellationToken) =>
        Tool.RunAsync("mount", ["-o", $"remount,{Size(bytes)}", Memory], cancellationToken);

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"size={bytes}");

    private static bool IsMounted(string path) =>
        File.ReadLines("/proc/self/mountinfo").Any(line => line.Split(' ')[4] == path);
}
