using EtcdAdmin.Lab.Machines;
using EtcdAdmin.Lab.Network;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab;

/// <summary>Removes labs in any state: each step does nothing if there is nothing to remove.</summary>
internal sealed class LabRemoval(LabFolder folder)
{
    private static readonly TimeSpan LockLimit = TimeSpan.FromMinutes(2);

    /// <summary>Removes the labs of processes that ended without removing them.</summary>
    public static async Task RemoveStaleAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(LabFolder.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // One removal at a time: labs are often started side by side.
        await using FileStream held = await FileLock.TakeAsync($"{LabFolder.Root}/.removal-lock", LockLimit, cancellationToken);
        foreach (string name in LabFolder.FindLabs())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var folder = new LabFolder(name);
            if (LabStore.TryRead(folder) is { Owner: { IsAlive: false } }) await new LabRemoval(folder).RemoveAsync();
        }
    }

    /// <summary>Removes the lab.</summary>
    public async Task RemoveAsync()
    {
        if (LabStore.TryRead(folder) is { } lab)
        {
            await Task.WhenAll(lab.Hosts.Select(host => RemoveHostAsync(lab, host)));
            await Cuts.RemoveAsync(lab.Number);
            await LabBridge.RemoveAsync(lab.Number);
        }

        if (Directory.Exists(folder.Disks)) Directory.Delete(folder.Disks, recursive: true);
        if (!Directory.Exists(folder.Path)) return;
        // The record is deleted last: as long as it exists, leftovers can be found again.
        string hosts = $"{folder.Path}/hosts";
        if (Directory.Exists(hosts)) Directory.Delete(hosts, recursive: true);
        Directory.Delete(folder.Path, recursive: true);
    }

    private async Task RemoveHostAsync(LabRecord lab, HostRecord host)
    {
        var names = new MachineNames(lab.Number, host.Index);
        await new Container(folder, host, names).KillAsync();
        await new SlowCable(folder, host, names).RemoveAsync();
        await LabBridge.UnplugAsync(names);
        await new SystemDisk(folder, host).RemoveAsync();
        foreach (DiskRecord disk in host.Disks) await LoopDisk.RemoveAsync(disk);
    }
}
