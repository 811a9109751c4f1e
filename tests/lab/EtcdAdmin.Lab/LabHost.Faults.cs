using EtcdAdmin.Lab.Machines;
using EtcdAdmin.Lab.Network;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab;

public sealed partial class LabHost
{
    /// <summary>
    /// Cuts the host off: frames are dropped silently in both directions, as with a broken switch. Its own interface stays up.
    /// </summary>
    /// <param name="from">Names of hosts, or <see cref="HostLab.Operator"/>; null cuts it off from all hosts and this machine. Adds to earlier
    /// cuts.</param>
    /// <param name="cancellationToken">Cancels before the cut is made.</param>
    public Task PartitionAsync(IReadOnlyList<string>? from = null, CancellationToken cancellationToken = default) =>
        CutAsync(lab =>
        {
            string[] cut = [.. from ?? [HostLab.Everybody]];
            if (cut.FirstOrDefault(name => name is not (HostLab.Everybody or HostLab.Operator)
                && lab.Hosts.All(host => host.Name != name)) is { } unknown)
            {
                throw new LabException($"The lab '{lab.Name}' has no host '{unknown}'.");
            }

            return lab.With(Own(lab) with { CutFrom = [.. Own(lab).CutFrom.Union(cut)] });
        }, cancellationToken);

    /// <summary>Ends all cuts of this host, whichever side they were made from.</summary>
    public Task HealAsync(CancellationToken cancellationToken = default) =>
        CutAsync(lab => lab with
        {
            Hosts = [.. lab.Hosts.Select(host => host with { CutFrom = host.Name == Name ? [] : [.. host.CutFrom.Where(other => other != Name)] })],
        }, cancellationToken);

    /// <summary>Delays everything that is sent to the host, so that each response takes that much longer.</summary>
    /// <param name="delay">The delay; zero ends it.</param>
    /// <param name="cancellationToken">Cancels before the delay starts.</param>
    public async Task SlowAsync(TimeSpan delay, CancellationToken cancellationToken = default)
    {
        var cable = new SlowCable(_folder, Record, _names);
        await cable.RemoveAsync();
        ProcessIdentity? line = delay > TimeSpan.Zero ? await cable.InsertAsync(delay, cancellationToken) : null;
        await _store.UpdateAsync(lab => lab.With(Own(lab) with { DelayLine = line }), CancellationToken.None);
    }

    /// <summary>Fills a file system completely.</summary>
    /// <param name="mountPoint">The mount point of the file system; by default the system disk.</param>
    /// <param name="cancellationToken">Cancels the filling.</param>
    public Task FillDiskAsync(string mountPoint = "/", CancellationToken cancellationToken = default) =>
        mountPoint == "/" ? new SystemDisk(_folder, Record).FillAsync(cancellationToken) : RunOnDiskAsync(
            """
            free=$(stat -f -c '%a %S' "$1") && fallocate -l $((${free% *} * ${free#* })) "$1/.lab-filler"
            dd if=/dev/zero bs=64k oflag=append conv=notrunc of="$1/.lab-filler" 2>/dev/null
            sync -f "$1"
            """, mountPoint, cancellationToken);

    /// <summary>Frees the space that <see cref="FillDiskAsync"/> filled.</summary>
    public Task FreeDiskAsync(string mountPoint = "/", CancellationToken cancellationToken = default) =>
        mountPoint == "/"
            ? new SystemDisk(_folder, Record).FreeAsync(cancellationToken)
            : RunOnDiskAsync("""rm -f "$1/.lab-filler" """, mountPoint, cancellationToken);

    /// <summary>
    /// Shifts the clock for everything that is run through ssh, also with sudo; zero sets it right again. The host shares the machine's
    /// kernel clock, so the shift is in the C library. etcd, like every Go program, does not use the C library and keeps the correct time.
    /// Services and <see cref="RunAsync"/> keep the correct time too.
    /// </summary>
    public Task ShiftClockAsync(TimeSpan offset, CancellationToken cancellationToken = default) =>
        FakeClock.SetAsync(RootPath, offset, cancellationToken);

    /// <summary>Gives the host's sshd new keys. The lab's known_hosts contains the old keys until <see cref="TrustHostKeysAsync"/>.</summary>
    public Task ReplaceHostKeysAsync(CancellationToken cancellationToken = default) =>
        new HostSetup(_folder).MakeHostKeyAsync(Name, cancellationToken); // sshd reads the keys at every connection

    /// <summary>Writes the current keys of all hosts to the lab's known_hosts.</summary>
    public Task TrustHostKeysAsync(CancellationToken cancellationToken = default) =>
        SshFiles.WriteAsync(_folder, _store.Read(), cancellationToken);

    private Task CutAsync(Func<LabRecord, LabRecord> change, CancellationToken cancellationToken) =>
        _store.UpdateAsync(change, cancellationToken, lab => Cuts.ApplyAsync(lab, cancellationToken));

    private HostRecord Own(LabRecord lab) => lab.Hosts.Single(host => host.Name == Name);

    private async Task RunOnDiskAsync(string script, string mountPoint, CancellationToken cancellationToken)
    {
        CommandResult result = await HostNamespaces.RunAsync(FindInit(), script, [mountPoint], cancellationToken);
        if (!result.Succeeded) throw new LabException($"The disk at {mountPoint} of host {Name}: {result.Error}");
    }
}
