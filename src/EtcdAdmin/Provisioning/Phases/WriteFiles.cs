using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Security;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Writes what a stopped member needs on its host: user and folders, configuration, unit, and certificates with keys where it lacks them.</summary>
internal sealed class WriteFiles(ProvisioningWork work) : Phase(work)
{
    private const string KeepCopy = "It is in the profile of the machine that the cluster was installed from, and in the backups of that machine.";

    /// <summary>Whether this machine has the authority that issues the certificates.</summary>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public override async Task PrepareAsync(IReadOnlyList<MemberSpec> members, CancellationToken cancellationToken)
    {
        MemberSpec[] lacking = [.. members.Where(member => Work.State.LacksPki(member) && !Work.Runs(member))];
        // A new cluster gets a new authority, unless an attempt that was broken off has made one.
        if (lacking.Length == 0 || (Work.State.Existing is null && !Work.Pki.HasAuthority)) return;
        try
        {
            using CertificateAuthority authority = await Work.Pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false);
            CertificateCheck.IsValidNow(authority.Certificate, Work.Pki.CaFile, Work.Context.Clock);
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.CertificateInvalid)
        {
            string who = string.Join(", ", lacking.Select(member => member.Name));
            throw new EtcdException(e.ErrorId,
                $"The authority of cluster '{Work.Name}' ({Work.Pki.CaFile}, {Work.Pki.CaKeyFile}) cannot issue the certificates for {who}, so nothing was begun: {e.Message}", e)
            {
                Target = Work.Pki.CaKeyFile,
                NextStep = $"Put the authority's certificate and its key back there, readable for you alone, and run the same command again. {KeepCopy}",
            };
        }
    }

    /// <inheritdoc/>
    public override bool IsNeeded(MemberSpec member, MemberJoin? join) =>
        !Work.Runs(member) && (join is { IsNew: true } || Work.State.ConfigDiffers(member) || Work.State.LacksPki(member));

    /// <inheritdoc/>
    public override StepText Text(MemberSpec member, MemberJoin? join)
    {
        bool issues = Work.State.LacksPki(member);
        string url = EtcdConfiguration.Text(member.ClientUrl(Work.State.Wanted.Tls));
        // Where no port was named it is one that is free, whichever that is by then.
        string place = join is null && Work.Options.ChoosesPorts && member.Connection is null ? "" : url;
        return member.Step(
            StepKind.WriteFiles,
            $"Write configuration{(issues ? ", certificates and keys" : "")} of member {member.Name} ({url}, data in {member.Layout.DataDirectory})") with
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

    /// <summary>Writes them, as a part of another step.</summary>
    public async Task WriteAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        MemberCertificates? certificates = null;
        if (Work.State.LacksPki(member))
        {
            using CertificateAuthority authority = await Work.Pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false);
            certificates = MemberCertificates.Issue(authority, member, Work.State.CertificateAddresses(member), Work.Options.KeyAlgorithm);
        }

        var files = new MemberFiles(Work.Context.HostOf(member), member);
        await files.PrepareAsync(cancellationToken).ConfigureAwait(false);
        await files.WriteAsync(Work.Name, Work.Spec, certificates, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override StepAction? Undo(MemberSpec member, MemberJoin? join) => !PutsBack(join) ? null : async (_, token) =>
    {
        await join!.Calls.RequireNoVoteAsync(member, token).ConfigureAwait(false); // only one that joins is put back
        await new KeptFiles(Work.Context, member).PutBackAsync(Work.Context.Stamp(), token).ConfigureAwait(false);
    };

    /// <summary>Whether what was on the host before comes back: until the member votes, what is written for it is of no use there.</summary>
    public static bool PutsBack(MemberJoin? join) => join is { IsNew: true, Undo: JoinUndo.Everything };
}
