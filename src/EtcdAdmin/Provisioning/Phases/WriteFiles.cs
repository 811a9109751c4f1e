using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Writes the files of a stopped member on its host: user and folders, configuration, unit, and missing certificates and keys.</summary>
internal sealed class WriteFiles(ProvisioningWork work) : Phase(work)
{
    /// <summary>Checks whether this machine has the authority that issues the certificates.</summary>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public override async Task PrepareAsync(IReadOnlyList<MemberSpec> members, CancellationToken cancellationToken)
    {
        MemberSpec[] lacking =
        [
            .. members.Where(member => Work.State.LacksPki(member) && !Work.Runs(member) && !Work.Options.Certificates.ContainsKey(member.Name)),
        ];
        // A new cluster gets a new authority, unless an interrupted attempt has made one.
        if (lacking.Length == 0 || (Work.State.Existing is null && !Work.Pki.HasAuthority)) return;
        await IssuingAuthority.RequireAllAsync(
            Work.Pki, Work.Name, Work.State.Wanted,
            $"issue the certificates for {string.Join(", ", lacking.Select(member => member.Name))}", Work.Context.Clock, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override bool IsNeeded(MemberSpec member, MemberJoin? join) =>
        !Work.Runs(member) && (join is { IsNew: true } || Work.State.ConfigDiffers(member) || Work.State.LacksPki(member));

    /// <inheritdoc/>
    public override StepText Text(MemberSpec member, MemberJoin? join)
    {
        bool issues = Work.State.LacksPki(member);
        string url = EtcdConfiguration.Text(member.ClientUrl(Work.State.Wanted.Tls));
        // Where no port was given, EtcdAdmin chooses a free port, which may differ in the next plan.
        string place = join is null && Work.Options.ChoosesPorts && member.Connection is null ? "" : url;
        return member.Step(
            StepKind.WriteFiles,
            $"Write configuration{(issues ? ", certificates and keys" : "")} of member {member.Name} ({url}, data in "
                + $"{member.Layout.DataDirectory})") with
        {
            Detail = $"{(issues ? "keys " : "")}{place} {member.Layout.DataDirectory}",
            Leaves = join is null ? null : $"configuration and certificates of member {member.Name} on {member.HostName}",
        };
    }

    /// <inheritdoc/>
    public override async Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        if (PutsBack(join)) await new KeptFiles(Work.Context, member).KeepAsync(cancellationToken).ConfigureAwait(false);
        await WriteAsync(member, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the files as a part of another step.</summary>
    public async Task WriteAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        MemberCertificates? certificates = null;
        if (Work.State.LacksPki(member) && !Work.Options.Certificates.TryGetValue(member.Name, out certificates))
        {
            using MemberAuthorities authorities = await Work.Pki.ReadAuthoritiesAsync(Work.Spec, cancellationToken).ConfigureAwait(false);
            certificates = MemberCertificates.Issue(authorities, member, Work.State.CertificateAddresses(member), Work.Options.KeyAlgorithm);
        }

        var files = new MemberFiles(Work.Context.HostOf(member), member);
        await files.PrepareAsync(cancellationToken).ConfigureAwait(false);
        await files.WriteAsync(Work.Name, Work.Spec, certificates, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override StepAction? Undo(MemberSpec member, MemberJoin? join) => !PutsBack(join) ? null : async (_, token) =>
    {
        await join!.Calls.RequireNoVoteAsync(member, token).ConfigureAwait(false); // only the files of a joining member are put back
        await new KeptFiles(Work.Context, member).PutBackAsync(Work.Context.Stamp(), token).ConfigureAwait(false);
    };

    /// <summary>Whether the old files of the host are put back on failure: until the member votes, its new files are of no use there.</summary>
    public static bool PutsBack(MemberJoin? join) => join is { IsNew: true, Undo: JoinUndo.Everything };
}
