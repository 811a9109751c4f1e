using EtcdAdmin.Lab.Machines;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab;

public sealed partial class LabHost
{
    private const int MaxDisks = 4; // the number that the base system watches, see Base/configure.sh

    /// <summary>The disks in addition to the system disk.</summary>
    public IReadOnlyList<LabDisk> Disks => [.. Record.Disks.Select(Show)];

    /// <summary>Adds an empty disk. It is available at once, and again after a restart.</summary>
    /// <param name="bytes">Its size. It takes only the written space on this machine. XFS requires 300 MiB.</param>
    /// <param name="cancellationToken">Cancels before the disk is added.</param>
    public async Task<LabDisk> AddDiskAsync(long bytes, CancellationToken cancellationToken)
    {
        HostRecord host = Record;
        if (host.Disks.Count >= MaxDisks) throw new LabException($"The host {Name} already has {MaxDisks} disks, the maximum.");
        DiskRecord disk = await new LoopDisk(_folder).CreateAsync(host, bytes, cancellationToken);
        await ChangeDisksAsync(disks => [.. disks, disk], cancellationToken);
        return Show(disk);
    }

    /// <summary>Erases the disk, as if a broken disk were replaced by a new one. A mounted file system breaks.</summary>
    public async Task LoseDiskAsync(LabDisk disk, CancellationToken cancellationToken)
    {
        await LoopDisk.WipeAsync(Find(disk), cancellationToken);
        await ShowDisksAsync(cancellationToken);
    }

    /// <summary>Removes a disk permanently. It must not be mounted.</summary>
    public async Task RemoveDiskAsync(LabDisk disk, CancellationToken cancellationToken)
    {
        DiskRecord record = Find(disk);
        await ChangeDisksAsync(disks => [.. disks.Where(other => other != record)], cancellationToken);
        await LoopDisk.RemoveAsync(record);
    }

    /// <summary>Deletes the contents of a directory of the host. The directory and file systems mounted in it are kept.</summary>
    public async Task LoseFolderAsync(string path, CancellationToken cancellationToken)
    {
        if (!path.StartsWith('/') || path == "/") throw new LabException($"'{path}' is not a valid directory: use a full path other than /.");
        await RunOnDiskAsync("""find "$1" -xdev -mindepth 1 -delete""", path, cancellationToken);
    }

    private DiskRecord Find(LabDisk disk) => Record.Disks.FirstOrDefault(record => Show(record) == disk)
        ?? throw new LabException($"The host {Name} has no disk {disk.Path}.");

    private async Task ChangeDisksAsync(
        Func<IReadOnlyList<DiskRecord>, IReadOnlyList<DiskRecord>> change, CancellationToken cancellationToken)
    {
        LabRecord lab = await _store.UpdateAsync(
            record => record.With(Own(record) with { Disks = change(Own(record).Disks) }), cancellationToken);
        await new HostSetup(_folder).WriteDisksAsync(Own(lab), cancellationToken);
        await ShowDisksAsync(cancellationToken);
    }

    private async Task ShowDisksAsync(CancellationToken cancellationToken)
    {
        if (IsOn) await RunAsync("lab-disks", cancellationToken);
    }

    private LabDisk Show(DiskRecord disk) => new(Name, $"/dev/{disk.Name}");
}
