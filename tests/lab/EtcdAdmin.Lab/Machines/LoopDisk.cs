using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab.Machines;

/// <summary>Disks in files. They have the requested size but take only the written space.</summary>
internal sealed class LoopDisk(LabFolder folder)
{
    private const string FirstName = "vdb";

    /// <summary>Creates an empty disk for a host.</summary>
    public async Task<DiskRecord> CreateAsync(HostRecord host, long bytes, CancellationToken cancellationToken)
    {
        // Virtual machines use these names for disks; vda would be the system disk.
        string name = FirstName;
        while (host.Disks.Any(disk => disk.Name == name)) name = $"vd{(char)(name[2] + 1)}";
        Directory.CreateDirectory(folder.Disks, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string path = $"{folder.Disks}/{host.Name}-{name}.img";
        await using (FileStream file = File.Create(path)) file.SetLength(bytes);
        string device = await Tool.RunAsync("losetup", ["--find", "--show", path], cancellationToken);
        return new DiskRecord(name, path, device);
    }

    /// <summary>Erases a disk, as if a broken disk were replaced by a new one.</summary>
    public static async Task WipeAsync(DiskRecord disk, CancellationToken cancellationToken)
    {
        await using (FileStream file = File.OpenWrite(disk.File))
        {
            long bytes = file.Length;
            file.SetLength(0);
            file.SetLength(bytes);
        }

        // The kernel's cache of the device still contains the old data.
        await Tool.RunAsync("blockdev", ["--flushbufs", disk.LoopDevice], cancellationToken);
    }

    /// <summary>Removes a disk from this machine.</summary>
    public static async Task RemoveAsync(DiskRecord disk)
    {
        CommandResult behind = await Tool.TryRunAsync("losetup", ["--noheadings", "--output", "BACK-FILE", disk.LoopDevice], "", default);
        // A loop device with another file now belongs to another program.
        if (behind.Output.Trim() == disk.File) await Tool.RunAsync("losetup", ["--detach", disk.LoopDevice], default);
        File.Delete(disk.File);
    }

    /// <summary>Major and minor number, separated by a space.</summary>
    public static string DeviceNumbers(string device) =>
        File.ReadAllText($"/sys/block/{Path.GetFileName(device)}/dev").Trim().Replace(':', ' ');
}
