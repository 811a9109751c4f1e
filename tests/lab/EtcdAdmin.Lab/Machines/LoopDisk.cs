using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab.Machines;

/// <summary>Disks out of files: as large as told, taking no more room than what was written.</summary>
internal sealed class LoopDisk(LabFolder folder)
{
    private const string FirstName = "vdb";

    /// <summary>An empty one for a host.</summary>
    public async Task<DiskRecord> CreateAsync(HostRecord host, long bytes, CancellationToken cancellationToken)
    {
        // Virtual machines call their disks so; vda would be the system's.
        string name = FirstName;
        while (host.Disks.Any(disk => disk.Name == name)) name = $"vd{(char)(name[2] + 1)}";
        Directory.CreateDirectory(folder.Disks, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string path = $"{folder.Disks}/{host.Name}-{name}.img";
        await using (FileStream file = File.Create(path)) file.SetLength(bytes);
        string device = await Tool.RunAsync("losetup", ["--find", "--show", path], cancellationToken);
        return new DiskRecord(name, path, device);
    }

    /// <summary>Empties it: nothing on it is left, as with a new disk in the place of a broken one.</summary>
    public static async Task WipeAsync(DiskRecord disk, CancellationToken cancellationToken)
    {
        await using (FileStream file = File.OpenWrite(disk.File))
        {
            long bytes = file.Length;
            file.SetLength(0);
            file.SetLength(bytes);
        }

        // The kernel's cache of the device still has what was there.
        await Tool.RunAsync("blockdev", ["--flushbufs", disk.LoopDevice], cancellationToken);
    }

    /// <summary>Removes it from this machine.</summary>
    public static async Task RemoveAsync(DiskRecord disk)
    {
        CommandResult behind = await Tool.TryRunAsync("losetup", ["--noheadings", "--output", "BACK-FILE", disk.LoopDevice], "", default);
        // A loop device with another file behind it is somebody else's by now.
        if (behind.Output.Trim() == disk.File) await Tool.RunAsync("losetup", ["--detach", disk.LoopDevice], default);
        File.Delete(disk.File);
    }

    /// <summary>Major and minor number with a space between.</summary>
    public static string DeviceNumbers(string device) =>
        File.ReadAllText($"/sys/block/{Path.GetFileName(device)}/dev").Trim().Replace(':', ' ');
}
