using System.Runtime.ExceptionServices;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.CertificateFiles;

/// <summary>Makes certificates, or requests for them, in files. No cluster is changed.</summary>
/// <param name="context">The environment.</param>
public sealed class CertificateMaker(AdminContext context)
{
    private const string Placeholder = "{member}";

    /// <summary>Makes certificates for the members of a cluster, and for its clients.</summary>
    /// <param name="cluster">A managed cluster with TLS. The hosts of the members are read, for their addresses.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentException">A name is not allowed in a certificate.</exception>
    /// <exception cref="EtcdException">ClusterNotManaged, MemberNotFound; NotSupported: the cluster has no TLS. CertificateInvalid: the authority is
    /// not available, or expires before the certificate would. FileExists, DiskFull, FileWriteFailed.</exception>
    /// <exception cref="AggregateException">Problems of several hosts.</exception>
    public async Task<IReadOnlyList<EtcdCertificateFile>> MakeAsync(
        EtcdCluster cluster, CertificateFileRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        cluster.RequireTls();
        MemberSpec[] members = request.Uses.All(use => use == CertificateProfile.Client) ? [] : ChosenMembers.Of(cluster, request.Members);
        IReadOnlyDictionary<string, IReadOnlyList<string>> names =
            await MemberNames.ReadAsync(context, cluster, members, cancellationToken).ConfigureAwait(false);
        IEnumerable<Wanted> wanted = request.Uses.Distinct().SelectMany(use => use == CertificateProfile.Client
            ? [Client(request)]
            : members.Select(member => Member(member.Name, use, names[member.Name], request)));
        if (request.RequestOnly || request.Authority is not null)
            return await WriteAsync([.. wanted], Given(request), request, cancellationToken).ConfigureAwait(false);
        var pki = new ProfilePki(context.Profiles.Folder(cluster.Name));
        const string What = "issue the certificates for these files";
        ClusterSpec spec = cluster.RequireSpec();
        if (request.Uses.Contains(CertificateProfile.Peer))
            await IssuingAuthority.RequireAllAsync(pki, cluster.Name, spec, What, context.Clock, cancellationToken).ConfigureAwait(false);
        else await IssuingAuthority.RequireAsync(pki, cluster.Name, What, context.Clock, cancellationToken).ConfigureAwait(false);
        using MemberAuthorities own = request.Uses.Contains(CertificateProfile.Peer)
            ? await pki.ReadAuthoritiesAsync(spec, cancellationToken).ConfigureAwait(false)
            : new MemberAuthorities(await pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false));
        return await WriteAsync([.. wanted], own, request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes certificates without a cluster: of one member, or a client.</summary>
    /// <param name="request">The request, with the common name, the host names and the authority.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentException">A name is missing, or not allowed in a certificate.</exception>
    /// <exception cref="EtcdException">SpecInvalid: no authority is given. CertificateInvalid: it expires before the certificate would. FileExists,
    /// DiskFull, FileWriteFailed.</exception>
    public static async Task<IReadOnlyList<EtcdCertificateFile>> MakeAsync(CertificateFileRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request is { RequestOnly: false, Authority: null })
        {
            throw new EtcdException(EtcdErrorIds.SpecInvalid, "A certificate needs the authority that signs it.")
            {
                NextStep = "Supply -CertificateAuthority, name a cluster that has an authority, or make a request with -RequestOnly.",
            };
        }

        Wanted[] wanted = [.. request.Uses.Distinct().Select(use => use == CertificateProfile.Client
            ? Client(request)
            : Member(request.CommonName ?? "", use, request.HostNames, request))];
        return await WriteAsync(wanted, Given(request), request, cancellationToken).ConfigureAwait(false);
    }

    // The caller's, who disposes it.
    private static MemberAuthorities? Given(CertificateFileRequest request) =>
        request.Authority is { } authority ? new MemberAuthorities(authority) : null;

    private static Wanted Client(CertificateFileRequest request) =>
        new(null, Spec(
            CertificateProfile.Client, request.CommonName,
            [.. request.ExtraNames.Where(extra => !extra.Contains(Placeholder, StringComparison.Ordinal))], request));

    private static Wanted Member(string name, CertificateProfile use, IReadOnlyList<string> hostNames, CertificateFileRequest request) =>
        new(name, Spec(
            use, name, [.. hostNames, .. request.ExtraNames.Select(extra => extra.Replace(Placeholder, name, StringComparison.Ordinal))], request));

    private static CertificateSpec Spec(
        CertificateProfile use, string? commonName, IReadOnlyList<string> names, CertificateFileRequest request) =>
        new(use)
        {
            CommonName = commonName,
            HostNames = names,
            IncludeLocalhost = use == CertificateProfile.Server,
            KeyAlgorithm = request.KeyAlgorithm,
            Validity = request.Validity ?? CertificateSpec.DefaultValidity,
            RequiresFullValidity = request.Validity is not null,
            Backdate = request.Backdate,
        };

    private static async Task<IReadOnlyList<EtcdCertificateFile>> WriteAsync(
        IReadOnlyList<Wanted> wanted, MemberAuthorities? authorities, CertificateFileRequest request, CancellationToken cancellationToken)
    {
        var folder = new CertificateFolder(request.Destination, request.Overwrite);
        // All are made before the first file is written: a name that is refused leaves no files.
        Made[] made = Make(
            wanted, one => request.RequestOnly ? Request(one, folder) : Issue(one, authorities!, folder), cancellationToken); // checked
        await folder.WriteAsync([.. made.Select(one => (one.File.Path, one.Text, one.File.KeyFile, one.Key))], cancellationToken)
            .ConfigureAwait(false);
        return [.. made.Select(one => one.File)];
    }

    // RSA keys take long to make, so all processors work on them.
    private static Made[] Make(IReadOnlyList<Wanted> wanted, Func<Wanted, Made> make, CancellationToken cancellationToken)
    {
        try
        {
            return [.. wanted.AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(make)];
        }
        catch (AggregateException e)
        {
            // A name that is not allowed is not allowed for any member: it is reported once.
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
            throw;
        }
    }

    private static Made Issue(Wanted wanted, MemberAuthorities authorities, CertificateFolder folder)
    {
        CertificateAuthority authority = wanted.Spec.Profile == CertificateProfile.Peer ? authorities.Peers : authorities.Servers;
        IssuedCertificate issued = authority.Issue(wanted.Spec);
        var info = CertificateInfo.FromPem(issued.CertificatePem);
        string name = FileName(wanted, info.CommonName);
        var file = new EtcdCertificateFile
        {
            Use = UseOf(wanted.Spec.Profile),
            Member = wanted.Member,
            Subject = issued.Subject,
            Names = info.SubjectAlternativeNames,
            NotAfter = issued.NotAfter,
            Thumbprint = issued.Thumbprint,
            Path = folder.Certificate(name),
            KeyFile = folder.Key(name),
        };
        return new Made(file, issued.CertificatePem, issued.KeyPem);
    }

    private static Made Request(Wanted wanted, CertificateFolder folder)
    {
        var request = SigningRequest.Create(wanted.Spec);
        string name = FileName(wanted, request.CommonName);
        var file = new EtcdCertificateFile
        {
            Use = UseOf(wanted.Spec.Profile),
            Member = wanted.Member,
            Subject = request.Subject,
            Names = request.Names,
            Path = folder.Request(name),
            KeyFile = folder.Key(name),
            IsRequest = true,
        };
        return new Made(file, request.RequestPem, request.KeyPem);
    }

    private static string FileName(Wanted wanted, string commonName)
    {
        if (wanted.Member is { } member && UseOf(wanted.Spec.Profile) is not CertificateUse.Client)
            return SignedCertificates.FileName(member, wanted.Spec.Profile);
        return SignedCertificates.ClientFileName(commonName);
    }

    private static CertificateUse UseOf(CertificateProfile profile) => profile switch
    {
        CertificateProfile.Server => CertificateUse.Server,
        CertificateProfile.Peer => CertificateUse.Peer,
        _ => CertificateUse.Client,
    };

    private sealed record Wanted(string? Member, CertificateSpec Spec);

    private sealed record Made(EtcdCertificateFile File, string Text, string Key);
}
