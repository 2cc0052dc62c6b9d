//! The catalogue of products, their variants and terms.

operations! {
    area "products" of PartnerCenter;

    /// Lists the products of a country in one view of the catalogue.
    ListProducts "list-products" Get "/v1/products" ["country", "targetView", "targetSegment", "reservationScope"]
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Reads one product.
    GetProduct "get-product" Get "/v1/products/{product-id}" ["country"]
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned

    /// Lists the variants of a product.
    ListSkus "list-skus" Get "/v1/products/{product-id}/skus" ["country", "targetSegment", "reservationScope"]
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Reads one variant of a product.
    GetSku "get-sku" Get "/v1/products/{product-id}/skus/{sku-id}" ["country"]
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned

    /// Lists the terms on which a variant can be bought.
    ListAvailabilities "list-availabilities" Get "/v1/products/{product-id}/skus/{sku-id}/availabilities" ["country", "targetSegment", "reservationScope"]
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Reads one set of terms of a variant.
    GetAvailability "get-availability" Get "/v1/products/{product-id}/skus/{sku-id}/availabilities/{availability-id}" ["country"]
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned

    /// Lists the products that a customer can buy.
    ListProductsByCustomer "list-products-by-customer" Get "/v1/customers/{customer-id}/products" ["targetView"]
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Lists the variants of a product that a customer can buy.
    ListSkusByCustomer "list-skus-by-customer" Get "/v1/customers/{customer-id}/products/{product-id}/skus" []
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Lists the terms on which a customer can buy a variant.
    ListAvailabilitiesByCustomer "list-availabilities-by-customer" Get "/v1/customers/{customer-id}/products/{product-id}/skus/{sku-id}/availabilities" []
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Says whether items are in stock.
    CheckInventory "check-inventory" Post "/v1/extensions/product/checkInventory" ["country"]
        in [Global] by Both for PARTNER; Read at Operator;
        takes later; gives [200] (array later); planned

    /// Lists the downloads that belong to a variant.
    ListSkuDownloadOptions "list-sku-download-options" Get "/v1/products/{product-id}/skus/{sku-id}/downloadoptions" ["country"]
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned
}
