using EtcdAdmin.Errors;

namespace EtcdAdmin.Security.Cms;

/// <summary>Creates the errors for a message. The caller knows the name of the file.</summary>
/// <param name="Damaged">For a message that was changed, truncated or extended. The argument is a clause without a full stop.</param>
/// <param name="NotSupported">For an intact message with an unsupported feature. The argument is a clause without a full stop.</param>
internal sealed record CmsErrors(Func<string, EtcdException> Damaged, Func<string, EtcdException> NotSupported);
