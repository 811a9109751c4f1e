using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>
/// What a restore kept of a member besides its data: the configuration, and for a member that left also certificates, keys and unit.
/// </summary>
/// <param name="host">The member's host.</param>
/// <param name="cluster">The cluster's name.</param>
/// <param name="kept">What is kept.</param>
/// <param name="isBack">Whether its data is in the member's data folder by now.</param>
internal sealed class KeptMemberFiles(IHost host, string cluster, KeptMember kept, bool isBack)
{
    private readonly MemberSpec _member = kept.Member;

    private string Folder => $"{(isBack ? _member.Layout.DataDirectory : kept.Archive.Data)}/{kept.Archive.Files}";

    private string UnitPlace => _member.Unit is { } unit ? SystemdUnit.Path(unit) : "";

    private string KeptUnit => _member.Unit is null ? "" : $"{UnitPlace}.{kept.Archive.Files}";

    private string User => _member.User ?? "";

    /// <summary>Brings certificates, keys and unit back if they are missing.</summary>
    public Task BringBackAsync(CancellationToken cancellationToken) => RunAsync(
        $"bring the files of member {_member.Name} back", UndoScripts.FilesBack,
        [Folder, _member.Layout.ConfigDirectory, _member.Layout.PkiDirectory, KeptUnit, UnitPlace, User], cancellationToken);

    /// <summary>Brings the host's old configuration back, including changes made by hand.</summary>
    public Task BringConfigurationBackAsync(CancellationToken cancellationToken) => RunAsync(
        $"bring the configuration of member {_member.Name} back", UndoScripts.ConfigBack,
        [$"{Folder}/{Path.GetFileName(_member.Layout.ConfigFile)}", _member.Layout.ConfigFile, User], cancellationToken);

    /// <summary>Removes the files that were brought back, for a member that is not in the cluster now.</summary>
    public Task TakeAwayAsync(CancellationToken cancellationToken) => RunAsync(
        $"remove the files of member {_member.Name}", UndoScripts.FilesAway,
        [_member.Layout.ConfigFile, _member.Layout.PkiDirectory, _member.Unit ?? "", UnitPlace], cancellationToken);

    /// <summary>Removes the kept files.</summary>
    public Task ForgetAsync(CancellationToken cancellationToken) => RunAsync(
        $"remove the copies of member {_member.Name}", UndoScripts.Forget,
        [Folder, KeptUnit, new RollBackScript(kept.Archive, cluster).PathOf("")], cancellationToken);

    private Task RunAsync(string action, string script, string[] arguments, CancellationToken cancellationToken) =>
        host.RunRequiredAsync(action, new HostScript(script) { Arguments = arguments }, cancellationToken);
}
