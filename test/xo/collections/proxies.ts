import { canary } from "../estate/canary.ts";
import { uuidOf } from "../estate/random.ts";
import { signIn } from "../fields/reasons.ts";
import { RestCollection } from "../rest-collection.ts";
import { find } from "../xo-app/stored.ts";

export default new RestCollection({
  noun: "proxies",
  standard: "id,name,version,vmUuid",
  sort: "name",
  shown: "address id name version vmUuid",
  hidden: { url: signIn },
  store: ({ sites: [first] }) => [
    {
      id: uuidOf("proxy/1"),
      name: "Proxy Lyon",
      // It carries the token that opens the proxy.
      url: `https://${canary("proxy-token")}@192.0.2.70/`,
      version: "0.29.29",
      ...(first?.vms[0] && { vmUuid: first.vms[0].uuid }),
    },
  ],
  members: (proxies) => ({
    getAllProxies: async () => proxies,
    getProxy: async (id: string) => find(proxies, id, "proxy"),
  }),
});
